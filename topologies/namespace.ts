import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The pids of a process from the outermost namespace in: the `NSpid` line of its /proc status. */
export function nsPids(status: string): number[] {
  const line = /^NSpid:\s*(.*)$/m.exec(status)?.[1] ?? '';
  return line.split(/\s+/).filter(Boolean).map(Number);
}

/** The children of a process, oldest first; empty when it is gone. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/**
 * What the pids inside the PID namespace of process `init` are out here: inner pid to outer pid.
 * Mininet reports the pids it sees; entering a namespace needs those that we see.
 */
export function outerPids(init: number): Map<number, number> {
  const namespace = readlinkSync(`/proc/${init}/ns/pid`);
  const pids = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      if (readlinkSync(`/proc/${entry}/ns/pid`) !== namespace) continue;
      const inner = nsPids(readFileSync(`/proc/${entry}/status`, 'utf8')).at(-1);
      if (inner !== undefined) pids.set(inner, Number(entry));
    } catch {
      // It ended meanwhile, or belongs to another user.
    }
  }
  return pids;
}

/**
 * The command that runs another one beside process `pid`: in its network, mounts and folder, and in the lab's PID
 * namespace, so that it ends with the lab whatever happens out here.
 */
export function enter(pid: number, rootless: boolean, argv: readonly string[]): string[] {
  const user = rootless ? ['--user', '--preserve-credentials'] : [];
  return ['nsenter', `--target=${pid}`, ...user, '--mount', '--net', '--pid', '--wd', '--', ...argv];
}
