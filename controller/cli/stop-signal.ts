const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with the first signal that asks the process to end; a second one ends it at once. */
export function stopSignal(): Promise<(typeof SIGNALS)[number]> {
  return new Promise(resolve => {
    for (const signal of SIGNALS) {
      process.once(signal, () => {
        for (const other of SIGNALS) process.once(other, () => process.exit(130));
        resolve(signal);
      });
    }
  });
}
