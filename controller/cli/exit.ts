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

/** The sentence for a listener that could not bind. */
export function listenError(error: unknown, what: string, address: { host: string; port: number }, setting: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const where = `${address.host}:${address.port}`;
  const sentence = (text: string) => new CliError(EXIT.prerequisite, text);
  switch (code) {
    case 'EADDRINUSE':
      return sentence(
        `Port ${address.port} for ${what} is in use by another program: stop it, or set ${setting} to another port.`,
      );
    case 'EACCES':
      return sentence(`${where} for ${what} needs root: set ${setting} to a port above 1023, or run as root.`);
    case 'EADDRNOTAVAIL':
      return sentence(`${where} for ${what} is no address of this machine: set ${setting} to one that is.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return sentence(`${address.host} for ${what} is no name that this machine knows: set ${setting} to an IP address of it.`);
    default:
      return error;
  }
}
