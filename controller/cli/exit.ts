/** Exit codes of every command (`docs/cli.md`). */
export const EXIT = {
  ok: 0,
  /** Something failed while running. */
  error: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The configuration is invalid. */
  config: 3,
  /** A prerequisite is missing: root, Open vSwitch, a free port. */
  prerequisite: 4,
  /** A check failed: a request got no answer, a message is malformed, the doctor found a fault. */
  check: 5,
} as const;

/** Ends the command with an exit code. The message is one sentence: the cause, and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(exitCode: number, sentence: string) {
    super(sentence);
    this.exitCode = exitCode;
  }
}
