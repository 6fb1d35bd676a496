import { statOf } from './proc.ts';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** How often to check that npm still runs. */
const PARENT_EVERY_MS = 250;
const EXIT_INTERRUPTED = 130;

/**
 * Resolves with the cause of the end: the first signal that asks the process to stop, the end of the npm that started it, or
 * a closed output. A second signal ends the process at once. The signal `but` is not handled here.
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
    process.stdout.once('error', () => resolve('a closed output'));
    // npm passes signals on to its shell, but not the one that kills it
    if (process.env.npm_lifecycle_event === undefined) return;
    const before = lineage();
    setInterval(() => lineage() !== before && resolve('the end of npm'), PARENT_EVERY_MS).unref();
  });
}

/** Our parent, npm's shell, and its parent, npm; the orphan of a killed one gets another. */
const lineage = () => `${process.ppid} ${statOf(process.ppid)[1]}`;
