import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { owned } from './lab-traces.ts';

export const topologies = new URL('../../topologies/', import.meta.url);
const python = process.env.VIPFLOW_PYTHON ?? '/usr/bin/python3';

/** Runs a command where a private Open vSwitch plays the machine's own; nothing of it outlives the command. */
export async function onAnotherMachine(argv: readonly string[], timeoutMs = 60_000): Promise<{ code: number; output: string }> {
  const run = mkdtempSync(join(tmpdir(), 'machine-'));
  const init = new URL('mininet/sandbox.py', topologies).pathname;
  const child = owned(
    spawn(
      'unshare',
      ['--pid', '--fork', '--kill-child', '--mount-proc', '--net', python, '-uB', init, '--run', run, '--', ...argv],
      {
        env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
      },
    ),
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      output += chunk;
    });
  const [code] = (await once(child, 'close')) as [number];
  clearTimeout(timer);
  rmSync(run, { recursive: true, force: true });
  return { code, output };
}

/** A script for a machine whose Open vSwitch has been waited for. */
export const shell = (script: string) => [
  'bash',
  '-euc',
  `until ovs-vsctl --no-wait show >/dev/null 2>&1; do sleep 0.01; done\n${script}`,
];

/** The shell command that runs a text of JavaScript with the labs at hand. */
export const module = (text: string) =>
  `'${process.execPath}' --import tsx --input-type=module -e '
    import { startLab } from "${new URL('lab.ts', topologies)}";
    import { cleanLeftovers } from "${new URL('leftovers.ts', topologies)}";
    import { labs } from "${new URL('catalogue.ts', topologies)}";
    const controller = { host: "127.0.0.1", port: 6653 };
    ${text}'`;
