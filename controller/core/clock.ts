/** Time as an argument: the controller's core never asks the machine. `now` is in milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** Something that waits for its time. */
export interface Timer {
  cancel(): void;
}

/** A clock that can call back: the machine's, or a virtual one. */
export interface Scheduler extends Clock {
  /** Runs `work` once, `ms` from now. */
  after(ms: number, work: () => void): Timer;
}

/** Uniform in [0, 1). */
export type Random = () => number;
