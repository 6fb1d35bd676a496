/** Time as a connection needs it; a test or a simulation gives its own. */
export interface Clock {
  /** Milliseconds, from any start. */
  now(): number;
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** The real time. Its timers do not keep the process alive. */
export const realClock: Clock = {
  now: () => performance.now(),
  setTimeout: (fn, ms) => setTimeout(fn, ms).unref(),
  clearTimeout: handle => clearTimeout(handle as NodeJS.Timeout),
};
