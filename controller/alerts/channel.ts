import type { AlertMessage } from './message.ts';

/**
 * Delivers one message. Rejects with `DeliveryError`, and soon after `signal` aborts, leaving no socket and no
 * process behind.
 */
export type Deliver = (message: AlertMessage, signal: AbortSignal) => Promise<void>;
