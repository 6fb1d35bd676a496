import type { Scheduler } from '../clock.ts';
import type { Path } from '../host/path.ts';
import type { TcpConnection } from './connection.ts';
import type { TcpCounters, TcpOptions } from './options.ts';

/** RFC 9293, 3.3.2. LISTEN is the listener's; a connection begins with its first segment. */
export type TcpState =
  | 'SYN-SENT'
  | 'SYN-RECEIVED'
  | 'ESTABLISHED'
  | 'FIN-WAIT-1'
  | 'FIN-WAIT-2'
  | 'CLOSE-WAIT'
  | 'CLOSING'
  | 'LAST-ACK'
  | 'TIME-WAIT'
  | 'CLOSED';

/**
 * How a connection ended: both sides said so; nobody listened; the other side reset it; it did not answer any more; this side
 * gave it up; there is no way to the other side; this host crashed.
 */
export type CloseReason = 'closed' | 'refused' | 'reset' | 'timeout' | 'aborted' | 'unreachable' | 'crashed';

/** What an application is told, at the moment it happens. It may write, end or abort in there. */
export interface TcpHandlers {
  connected?(connection: TcpConnection): void;
  data?(bytes: Uint8Array, connection: TcpConnection): void;
  /** The other side has said all it will say. */
  end?(connection: TcpConnection): void;
  /** Told once. TIME-WAIT may follow, which is no application's business. */
  closed?(why: CloseReason, connection: TcpConnection): void;
}

/** What a connection needs of its host's TCP. */
export interface TcpSurroundings {
  readonly clock: Scheduler;
  readonly options: TcpOptions;
  readonly counters: TcpCounters;
  /** A passive connection is established. */
  accepted(connection: TcpConnection): void;
  /** It is CLOSED: forget it. */
  release(connection: TcpConnection): void;
}

export interface TcpEnds {
  readonly path: Path;
  readonly localPort: number;
  readonly remotePort: number;
  /** The initial send sequence number. */
  readonly iss: number;
}
