import { readFileSync } from 'node:fs';

/** What /proc says of a process from its state on: `[state, parent, group, ...]`; empty where it has gone, or on a system without /proc. */
export function statOf(pid: number | 'self'): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
