import type { Facts } from './facts.ts';

/** Something that will hurt, or does already. */
export interface Finding {
  /** The check that found it, such as `fail-mode`; its words are in docs/doctor.md. */
  readonly check: string;
  /** What it is about: bridges, `web/server2`, a VIP, a host, `controller`, `machine`. */
  readonly about: readonly string[];
  /** What is so, in one sentence. */
  readonly what: string;
  /** What that does to people, in one sentence. */
  readonly why: string;
  /** The commands that mend it, one a line, to be typed as they stand. */
  readonly mend: readonly string[];
}

/** What a check says; who checks is added by the doctor. */
export type Observation = Omit<Finding, 'check'>;

/** One trap: what is in the facts of it. */
export type Check = (facts: Facts) => readonly Observation[];
