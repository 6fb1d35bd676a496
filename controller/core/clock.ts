/** Time as an argument: the controller's core never asks the machine. `now` is in milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** The machine's clock, for `main.ts` alone. */
export const machineClock: Clock = { now: () => Date.now() };
