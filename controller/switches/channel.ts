import type { MessageInput } from '../../openflow/index.ts';

/** A way to one switch, on which the version is agreed: a connection over a socket, or one in memory. */
export interface Channel {
  /** Where the switch connects from. */
  readonly address: string;
  /** Messages arrive in their order. One without a transaction id gets one. */
  send(message: MessageInput): void;
  /** Ends it; the session hears of it through `Session.closed`. */
  close(reason: string): void;
}
