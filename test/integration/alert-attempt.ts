import { createServer } from 'node:net';
import { expect } from 'vitest';
import { channelOf, overdue } from '../../controller/alerts/channels.ts';
import type { DeliveryError } from '../../controller/alerts/failure.ts';
import { type AlertMessage, messageOf } from '../../controller/alerts/message.ts';
import { alerts } from '../../controller/core/config/alerts.ts';
import { certificate, PASSWORD, USER } from './alert-gateways.ts';

/** The channels of a configuration. */
export const channelsOf = (...channels: object[]) => alerts.parse({ channels }).channels;

/** The settings of an e-mail channel to a port of this machine. */
export const mailTo = (port: number, settings: object = {}) => ({
  ...{ name: 'mail', type: 'email', host: 'localhost', port, ca: certificate, user: USER, password: PASSWORD },
  ...{ from: 'vipflow@example.org', to: ['ops@example.org', 'night@example.org'], timeout: '2s', ...settings },
});

export const down = { alert: 'server-down', subject: 'web/s1', service: 'web', since: 0, reason: 'a "quote", é & <b>' } as const;
export const message: AlertMessage = messageOf({ state: 'raised', incidents: [down] }, 'test-1', 'fr', 1_000_000);

/** Makes one attempt, as the alert runner does; returns the kind, reason and remedy of a failure. */
export async function attempt(settings: object, what = message) {
  const [config] = channelsOf(settings);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(overdue(config!.timeoutMs)), config!.timeoutMs);
  try {
    await channelOf(config!)(what, abort.signal);
    return 'ok';
  } catch (error) {
    const { kind, message: reason, remedy, stack = '' } = error as DeliveryError;
    for (const text of [reason, remedy, stack]) expect(text).not.toContain(PASSWORD);
    return `${kind}: ${reason}; ${remedy}`;
  } finally {
    clearTimeout(timer);
  }
}

/** A port of this machine that nobody listens on. */
export async function closedPort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise(resolve => probe.close(resolve));
  return port;
}
