/** Why a lab could not be started, or ended; `docs` and the exit codes of the command line go by these words. */
export type LabErrorCode =
  | 'BAD_SPEC'
  | 'NO_PYTHON'
  | 'NO_MININET'
  | 'NO_OPEN_VSWITCH'
  | 'NO_PROGRAM'
  | 'NO_ROOT'
  | 'NAME_TAKEN'
  | 'TIMEOUT'
  | 'CRASHED'
  | 'STOPPED'
  | 'FAILED';

/** The one error of labs; the message is a sentence for the user, with the remedy where there is one. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
