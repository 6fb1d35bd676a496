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

/** A connection as an application has it. */
export interface TcpStream {
  readonly state: TcpState;
  readonly localPort: number;
  readonly remotePort: number;
  readonly remoteIp: string;
  /** Bytes that were written and are not acknowledged. */
  readonly unacknowledged: number;
  write(bytes: Uint8Array): boolean;
  end(last?: Uint8Array): void;
  close(): void;
  abort(): void;
  pause(): void;
  resume(): void;
}

/** What an application is told, at the moment it happens. It may write, end or abort in there. */
export interface TcpHandlers {
  connected?(connection: TcpStream): void;
  data?(bytes: Uint8Array, connection: TcpStream): void;
  /** The other side has said all it will say. */
  end?(connection: TcpStream): void;
  /** Told once. TIME-WAIT may follow, which is no application's business. */
  closed?(why: CloseReason, connection: TcpStream): void;
}
