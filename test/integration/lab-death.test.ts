import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { labs } from '../../topologies/catalogue.ts';
import type { LabError } from '../../topologies/lab-error.ts';
import { childrenOf } from '../../topologies/namespace.ts';
import { topologies } from './lab-machine.ts';
import { nobody, nothingLeft, owned, remains, type Traces, tracesOf, up } from './lab-traces.ts';

describe('when something dies', () => {
  const script = `
    import { startLab } from '${new URL('lab.ts', topologies)}';
    import { labs } from '${new URL('catalogue.ts', topologies)}';
    import { readlinkSync } from 'node:fs';
    const lab = await startLab(labs.two, { controller: { path: '/nonexistent' } });
    await lab.startServers();
    lab.spawn('h1', ['sh', '-c', 'sleep 4246 & setsid sleep 4247']);
    const nodes = Object.values(lab.nodes);
    console.log(JSON.stringify({
      pidNamespace: readlinkSync('/proc/' + lab.nodes.s1.pid + '/ns/pid'),
      netNamespaces: nodes.map(node => readlinkSync('/proc/' + node.pid + '/ns/net')),
      targets: nodes.map(node => '--target=' + node.pid),
      runFolder: lab.runFolder,
    }));`;

  async function parent(): Promise<{ child: ChildProcess; traces: Traces }> {
    const child = owned(
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    return { child, traces: JSON.parse(line.toString()) as Traces };
  }

  test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('%s of the Node process leaves nothing', async signal => {
    const { child, traces } = await parent();
    expect(remains(traces).length).toBeGreaterThan(8);
    child.kill(signal);
    await once(child, 'close');
    await nothingLeft(traces);
  });

  test('a lab of the same process is not disturbed by the death of the bridge of another, which is told', async () => {
    const [one, other] = await Promise.all([up(labs.two, { controller: nobody }), up(labs.two, { controller: nobody })]);
    const traces = tracesOf(one!);
    const reason = new Promise<LabError | undefined>(resolve => one!.onExit(resolve));
    const running = one!.exec('h1', ['sleep', '4248']);
    const bridge = readdirSync('/proc').find(pid => {
      try {
        return readlinkSync(`/proc/${pid}/ns/pid`) === traces.pidNamespace &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('bridge.py')
          ? !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sandbox.py')
          : false;
      } catch {
        return false;
      }
    });
    process.kill(Number(bridge), 'SIGKILL');
    expect(await reason).toMatchObject({ code: 'CRASHED', message: expect.stringMatching(/^The lab ended by itself/) });
    expect((await running).code).not.toBe(0);
    await nothingLeft(traces);
    expect(await other!.exec('h1', ['echo', 'well'])).toMatchObject({ code: 0, stdout: 'well\n' });
    await other!.stop();
  });

  test('so is the death of the process that holds the namespaces', async () => {
    const lab = await up(labs.two, { controller: nobody });
    const traces = tracesOf(lab);
    const reason = new Promise<LabError | undefined>(resolve => lab.onExit(resolve));
    const [holder] = childrenOf(process.pid).filter(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(lab.runFolder!));
    process.kill(holder!, 'SIGKILL');
    expect(await reason).toMatchObject({ code: 'CRASHED' });
    await nothingLeft(traces);
  });
});
