/** A fault that breaks balancing, or will. */
export interface Finding {
  /** The check that found it, such as `fail-mode`; docs/doctor.md explains it. */
  readonly check: string;
  /** What is at fault: bridges, `web/server2`, a VIP, a host, an interface, `controller`, `machine`. */
  readonly about: readonly string[];
  /** The fault, in one sentence. */
  readonly what: string;
  /** Its consequence, in one or two sentences. */
  readonly why: string;
  /** The commands that fix it or narrow it down, to be typed as they stand. */
  readonly fix: readonly string[];
}

/** What a check finds; the doctor adds the name of the check. */
export type Faults = Iterable<Omit<Finding, 'check'>>;
