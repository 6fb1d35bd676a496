import type { LabErrorCode } from '../../topologies/lab-error.ts';

/** Exit codes of every command (`docs/cli.md`). */
export const EXIT = {
  ok: 0,
  /** Something failed while running. */
  error: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The configuration is invalid. */
  config: 3,
  /** Something that has to be there first is missing: root, Open vSwitch, a free port. */
  prerequisite: 4,
  /** A check said no: requests unanswered, a malformed message, a document stale. */
  check: 5,
} as const;

/** Errors of a lab that mean that something has to be there first; all others are `error`. */
export const LAB_EXIT: Partial<Record<LabErrorCode, number>> = {
  NO_MININET: EXIT.prerequisite,
  NO_OPEN_VSWITCH: EXIT.prerequisite,
  NO_PROGRAM: EXIT.prerequisite,
  NO_PYTHON: EXIT.prerequisite,
  NO_ROOT: EXIT.prerequisite,
  NAME_TAKEN: EXIT.prerequisite,
};

/** Ends the command with a code and one sentence that says what is wrong and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(exitCode: number, sentence: string) {
    super(sentence);
    this.exitCode = exitCode;
  }
}
