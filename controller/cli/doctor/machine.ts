import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { programPath } from '../../../topologies/command.ts';
import type { Output } from '../../doctor/world.ts';
import { COMMAND_MS, type Place } from './world.ts';

const MAX_OUTPUT = 64 * 1024 * 1024;

/** This machine, and the hosts of a Mininet that runs on it. */
export function machine(): Place {
  const hosts = mininetHosts();
  return {
    hosts: async () => [...hosts.keys()],
    run: (argv, host) => {
      const pid = host === undefined ? undefined : hosts.get(host);
      return output(pid === undefined ? argv : ['nsenter', `--target=${pid}`, '--net', '--', ...argv]);
    },
  };
}

/** Mininet's shells carry their host's name, and have a network of their own where they are no switch. */
export function mininetHosts(): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const networkOf = (pid: string) => orElse('', () => readlinkSync(`/proc/${pid}/ns/net`));
  const ours = networkOf('self');
  for (const pid of orElse<string[]>([], () => readdirSync('/proc')).filter(name => /^\d+$/.test(name))) {
    const line = orElse('', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    const name = /\0mininet:([\w.-]+)\0?$/.exec(line)?.[1];
    if (name !== undefined && networkOf(pid) !== ours) found.set(name, Number(pid));
  }
  return found;
}

function output(argv: readonly string[]): Promise<Output | undefined> {
  const [program = '', ...args] = argv;
  const options = { env: { ...process.env, PATH: programPath() }, timeout: COMMAND_MS, maxBuffer: MAX_OUTPUT };
  return new Promise(resolve => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') resolve(undefined);
      else resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
  });
}

/** What `read` gives; `otherwise` on a system without /proc, or where the process has ended or is another user's. */
function orElse<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
