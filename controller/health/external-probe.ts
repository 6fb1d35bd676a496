import type { HealthConfig } from '../core/config.ts';
import type { Watch } from './server-check.ts';

/** A probe that whoever owns sockets has to make: connect to `ip:port`, for `http` ask for the page, and tell `Monitor.onExternal`. */
export interface ExternalProbe {
  readonly id: string;
  readonly type: 'tcp' | 'http';
  readonly ip: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly http: HealthConfig['http'];
  /** The address in the Host header, unless `http.host` says another. */
  readonly vip: string;
}

export function externalProbe({ target, type, port }: Watch): ExternalProbe {
  const { id, ip, vip, health } = target;
  return { id, type: type === 'http' ? 'http' : 'tcp', ip, port, timeoutMs: health.timeoutMs, http: health.http, vip };
}

/** What such a probe came to. `refused`: the server says itself that nothing is there. */
export interface ExternalOutcome {
  readonly ok: boolean | 'refused';
  readonly ms: number;
  readonly reason: string;
}
