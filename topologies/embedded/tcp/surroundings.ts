import type { Scheduler } from '../clock.ts';
import type { Path } from '../host/path.ts';
import type { TcpCounters, TcpOptions } from './options.ts';

/** What a connection needs of its host's TCP. */
export interface TcpSurroundings<Connection> {
  readonly clock: Scheduler;
  readonly options: TcpOptions;
  readonly counters: TcpCounters;
  /** A passive connection is established. */
  accepted(connection: Connection): void;
  /** It is CLOSED: forget it. */
  release(connection: Connection): void;
}

/** Who talks to whom. */
export interface TcpEnds {
  readonly path: Path;
  readonly localPort: number;
  readonly remotePort: number;
  /** The initial send sequence number. */
  readonly iss: number;
}
