import type { Scheduler } from './core/clock.ts';

/** The machine's clock and timers, for `main.ts` alone. */
export const machineClock: Scheduler = {
  now: () => Date.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Seconds on a clock that is never set: how long something takes. */
export const stopwatch = (): number => performance.now() / 1000;
