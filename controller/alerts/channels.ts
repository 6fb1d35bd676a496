import type { AlertChannelConfig, ChannelConfig } from '../core/config/alert-channel.ts';
import { SecretError } from '../core/config/secret.ts';
import type { Deliver } from './channel.ts';
import { commandChannel } from './command.ts';
import { emailChannel } from './email.ts';
import { DeliveryError } from './failure.ts';
import { smsChannel } from './sms.ts';
import { webhookChannel } from './webhook.ts';

const CHANNELS: { readonly [T in AlertChannelConfig['type']]: (config: ChannelConfig<T>) => Deliver } = {
  email: emailChannel,
  sms: smsChannel,
  webhook: webhookChannel,
  command: commandChannel,
};

/** The way that a configuration describes; whatever goes wrong on it is a `DeliveryError`. */
export function channelOf(config: AlertChannelConfig): Deliver {
  const deliver = (CHANNELS[config.type] as (config: AlertChannelConfig) => Deliver)(config);
  return async (message, signal) => {
    try {
      await untilAborted(deliver(message, signal), signal);
    } catch (error) {
      throw signal.aborted ? signal.reason : failureOf(error);
    }
  };
}

/** Why a try ended that took too long. */
export function overdue(timeoutMs: number): DeliveryError {
  return new DeliveryError(
    'temporary',
    `nothing came of it within ${timeoutMs / 1000} s`,
    'see why it is slow, or set `timeout`',
  );
}

function failureOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof SecretError) return new DeliveryError('permanent', error.message, 'set it where the controller runs');
  // Of an error that nobody foresaw the kind alone: its text may hold anything.
  const { name, code } = error as NodeJS.ErrnoException;
  return new DeliveryError('temporary', `an unexpected ${code ?? name}`, 'please report it');
}

/** Whatever a library does with the signal, the wait ends. */
function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
