import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterAll, expect } from 'vitest';
import { type Lab, startLab } from '../../topologies/lab.ts';

/** A controller that is not there. */
export const nobody = { path: '/nonexistent/controller' };

/** What a lab consists of, to see afterwards that nothing is left of it. */
export interface Traces {
  readonly pidNamespace: string;
  readonly netNamespaces: readonly string[];
  readonly targets: readonly string[];
  readonly runFolder: string;
}

export const tracesOf = (lab: Lab): Traces => ({
  pidNamespace: readlinkSync(`/proc/${lab.nodes.s1!.pid}/ns/pid`),
  netNamespaces: Object.values(lab.nodes).map(node => readlinkSync(`/proc/${node.pid}/ns/net`)),
  targets: Object.values(lab.nodes).map(node => `--target=${node.pid}`),
  runFolder: lab.runFolder!,
});

/** The processes, folders and interfaces that are still there. */
export function remains({ pidNamespace, netNamespaces, targets, runFolder }: Traces): string[] {
  const found = existsSync(runFolder) ? [runFolder] : [];
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const inside =
        readlinkSync(`/proc/${pid}/ns/pid`) === pidNamespace || netNamespaces.includes(readlinkSync(`/proc/${pid}/ns/net`));
      if (inside || targets.some(target => command.includes(target)) || command.includes(runFolder))
        found.push(`${pid} ${command}`);
    } catch {
      // It ended while we looked.
    }
  }
  return [...found, ...interfaces()];
}

/** Interfaces of a lab in our own network, where there should be none. */
export const interfaces = () => readdirSync('/sys/class/net').filter(name => /^[hs]\d+(-eth\d+)?$/.test(name));

export const nothingLeft = (traces: Traces) => expect.poll(() => remains(traces), { timeout: 10_000, interval: 50 }).toEqual([]);

const started: Lab[] = [];
const children: ChildProcess[] = [];

/** A lab that is stopped after the tests at the latest. */
export async function up(...args: Parameters<typeof startLab>): Promise<Lab> {
  const lab = await startLab(...args);
  started.push(lab);
  return lab;
}

/** A process that is killed after the tests at the latest. */
export function owned<C extends ChildProcess>(child: C): C {
  children.push(child);
  return child;
}

afterAll(async () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  await Promise.all(started.map(lab => lab.stop()));
});

export const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
