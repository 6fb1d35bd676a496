/** What was wrong with the bytes. `docs/openflow.md` lists them with the OpenFlow error each is answered with. */
export type DecodeCode =
  | 'TRUNCATED' // a field needs bytes that are not there
  | 'BAD_LENGTH' // a length field contradicts what it measures
  | 'BAD_VALUE' // a field holds a value its clause forbids
  | 'BAD_VERSION' // the message is not OpenFlow 1.3
  | 'TRAILING' // bytes are left over behind the last field
  | 'TOO_LARGE'; // a named limit was exceeded

/** The OFPT_ERROR type and code that tell the peer (OpenFlow 1.3.5, 7.4.4). */
export interface ErrorReply {
  readonly errType: number;
  readonly code: number;
}

/** Bytes that are no valid message: what, at which byte, in which field, and how to tell the peer. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly code: DecodeCode;
  /** Byte offset from the start of the message. */
  readonly offset: number;
  /** Where in the message, outermost first: `flowMod/instructions/2`. */
  path = '';
  /** The innermost layer that knows its OpenFlow error sets it. */
  reply: ErrorReply | undefined;
  readonly #what: string;

  constructor(code: DecodeCode, offset: number, what: string, reply?: ErrorReply) {
    super(what);
    this.code = code;
    this.offset = offset;
    this.reply = reply;
    this.#what = what;
  }

  /** Puts the name of the enclosing field in front of the path. */
  within(step: string | number): this {
    this.path = this.path === '' ? String(step) : `${step}/${this.path}`;
    this.message = `${this.path}: ${this.#what} (byte ${this.offset})`;
    return this;
  }
}

/** A value that has no encoding: which field, and why. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
  path = '';
  readonly #what: string;

  constructor(what: string) {
    super(what);
    this.#what = what;
  }

  within(step: string | number): this {
    this.path = this.path === '' ? String(step) : `${step}/${this.path}`;
    this.message = `${this.path}: ${this.#what}`;
    return this;
  }
}

/** Adds a path step to our own errors; anything else is a defect and passes unchanged. */
export function within(error: unknown, step: string | number): unknown {
  return error instanceof DecodeError || error instanceof EncodeError ? error.within(step) : error;
}
