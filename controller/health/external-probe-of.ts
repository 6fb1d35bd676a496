import type { ExternalProbe } from '../core/external-probe.ts';
import type { ServerCheck } from './server-check.ts';

/** What the owner of the sockets has to know of a check. */
export function externalProbeOf({ target, type, port }: ServerCheck): ExternalProbe {
  const { id, ip, vip, health } = target;
  return { id, type: type === 'http' ? 'http' : 'tcp', ip, port, timeoutMs: health.timeoutMs, http: health.http, vip };
}
