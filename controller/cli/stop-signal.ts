import { readFileSync } from 'node:fs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How often to look whether npm is still there. */
const PARENT_EVERY_MS = 250;
const EXIT_INTERRUPTED = 130;

/**
 * Resolves with the first signal that asks the process to end, or when the npm that started it or the reader of its
 * output is gone; a second signal ends it at once.
 */
export function stopSignal(): Promise<string> {
  return new Promise(resolve => {
    for (const signal of SIGNALS) {
      process.once(signal, () => {
        for (const other of SIGNALS) process.once(other, () => process.exit(EXIT_INTERRUPTED));
        resolve(signal);
      });
    }
    process.stdout.once('error', () => resolve('nobody reads'));
    // npm passes signals on to its shell, but not the one that kills it
    if (process.env.npm_lifecycle_event === undefined) return;
    const before = lineage();
    setInterval(() => lineage() !== before && resolve('npm ended'), PARENT_EVERY_MS).unref();
  });
}

/** Our parent, npm's shell, and its parent, npm; the orphan of a killed one gets another. */
function lineage(): string {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')')).split(' ')[2]}`;
  } catch {
    return String(process.ppid); // a system without /proc, or the parent has just gone
  }
}
