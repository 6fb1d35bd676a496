import type { AlertChannelConfig, ChannelConfig } from '../core/config/alert-channel.ts';
import { SecretError } from '../core/config/secret.ts';
import { commandChannel } from './command.ts';
import { emailChannel } from './email.ts';
import { DeliveryError } from './failure.ts';
import type { Deliver } from './message.ts';
import { smsChannel } from './sms.ts';
import { webhookChannel } from './webhook.ts';

const CHANNELS: { readonly [T in AlertChannelConfig['type']]: (config: ChannelConfig<T>) => Deliver } = {
  email: emailChannel,
  sms: smsChannel,
  webhook: webhookChannel,
  command: commandChannel,
};

/** The channel that a configuration describes; it rejects with nothing but `DeliveryError`. */
export function channelOf(config: AlertChannelConfig): Deliver {
  const deliver = (CHANNELS[config.type] as (config: AlertChannelConfig) => Deliver)(config);
  return async (message, signal) => {
    // The wait ends on abort, even when a library ignores the signal.
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      await Promise.race([deliver(message, signal), aborted]);
    } catch (error) {
      throw signal.aborted ? signal.reason : failureOf(error);
    }
  };
}

/** The error of an attempt that exceeded its time limit. */
export function overdue(timeoutMs: number): DeliveryError {
  const reason = `no response within ${timeoutMs / 1000} s`;
  return new DeliveryError('temporary', reason, 'find out why it is slow, or raise `timeout`');
}

function failureOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof SecretError) return new DeliveryError('permanent', error.message, 'provide it where the controller runs');
  // Of an unexpected error only the code: its text may contain secrets.
  const { name, code } = error as NodeJS.ErrnoException;
  return new DeliveryError('temporary', `unexpected error ${code ?? name}`, 'please report it');
}
