import type { AlertMessage } from './message.ts';

/**
 * Takes one message to where it belongs. Rejects with `DeliveryError`, and soon after `signal` aborts, leaving no socket and no
 * process behind.
 */
export type Deliver = (message: AlertMessage, signal: AbortSignal) => Promise<void>;
