import { errorName } from '../protocol/errors.ts';

/** Why a connection ended. */
export type CloseCode =
  | 'local' // close() was called
  | 'peer' // the peer closed it
  | 'socket' // the socket failed; `cause` says how
  | 'handshake' // no agreed version in time, or something else before HELLO
  | 'version' // no version in common
  | 'malformed' // bytes after which no message can be found any more
  | 'silent' // no answer to an echo request
  | 'unread' // the peer does not read what it is sent
  | 'crowded'; // a limit of the server

/** The end of a connection, and what its outstanding requests are rejected with. */
export class Closed extends Error {
  override readonly name: string = 'Closed';
  readonly code: CloseCode;

  constructor(code: CloseCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const RELEASES: Readonly<Record<number, string>> = { 1: '1.0', 2: '1.1', 3: '1.2', 4: '1.3', 5: '1.4', 6: '1.5' };

/** The peer speaks no OpenFlow 1.3. */
export class VersionMismatch extends Closed {
  override readonly name = 'VersionMismatch';
  /** The version numbers of the wire that the peer offered: 1 is OpenFlow 1.0, 4 is 1.3. */
  readonly peerVersions: readonly number[];

  constructor(peerVersions: readonly number[], said = '') {
    const offered = peerVersions.map(version => RELEASES[version] ?? `version ${version}`).join(', ');
    super('version', `the peer offers OpenFlow ${offered || 'nothing'}, not 1.3${said === '' ? '' : ` (it says: ${said})`}`);
    this.peerVersions = peerVersions;
  }
}

/** The peer answered a request with OFPT_ERROR. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly errType: number;
  readonly code: number;
  /** The start of the refused message, as the peer sent it back. */
  readonly data: Uint8Array;

  constructor(request: string, errType: number, code: number, data: Uint8Array) {
    super(`${request} was refused: ${errorName(errType, code)}`);
    this.errType = errType;
    this.code = code;
    this.data = data;
  }
}

/** A request that got no (usable) answer, while the connection lives on. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  readonly code: 'timeout' | 'too-large' | 'too-many';

  constructor(code: 'timeout' | 'too-large' | 'too-many', message: string) {
    super(message);
    this.code = code;
  }
}
