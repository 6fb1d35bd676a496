import { MAX_MESSAGE_LENGTH } from '../codec.ts';

/** What one connection may cost. Each can be set; these are the defaults. */
export const LIMITS = {
  /** From the socket's start to an agreed version. */
  handshakeMs: 5_000,
  /** Silence after which the peer is probed by an echo request; 0: never. */
  echoAfterMs: 5_000,
  /** Silence after the probe that ends the connection. */
  echoTimeoutMs: 5_000,
  /** How long `request` waits for its answer. */
  requestMs: 10_000,
  /** Longest message that is taken. */
  maxMessageLength: MAX_MESSAGE_LENGTH,
  /** Requests without an answer yet. */
  maxRequests: 4_096,
  /** Bytes of one multipart reply, all parts together. */
  maxReplyBytes: 64 * 1024 * 1024,
  /** Bytes that wait for the peer to read them. Beyond it the connection is closed. */
  maxUnsentBytes: 16 * 1024 * 1024,
  /** OFPT_ERROR messages sent in one second; more are counted, not sent. */
  errorsPerSecond: 20,
  /** How long the last bytes may take to leave after `close`. */
  closeMs: 1_000,
} as const;

/** Any of the limits, to set. */
export type Limits = { readonly [K in keyof typeof LIMITS]: number };
