import { readFileSync } from 'node:fs';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** How often to look whether npm is still there. */
const PARENT_EVERY_MS = 250;
const EXIT_INTERRUPTED = 130;

/**
 * Resolves with the first signal that asks the process to end, or when the npm that started it or the reader of its
 * output is gone; a second signal ends it at once. `but` is a signal that means something else.
 */
export function stopSignal(but?: NodeJS.Signals): Promise<string> {
  const signals = SIGNALS.filter(signal => signal !== but);
  return new Promise(resolve => {
    for (const signal of signals) {
      process.once(signal, () => {
        for (const other of signals) process.once(other, () => process.exit(EXIT_INTERRUPTED));
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
