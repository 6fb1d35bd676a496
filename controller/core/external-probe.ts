import type { HealthConfig } from './config.ts';

/** A probe that whoever owns sockets has to make: connect to `ip:port`, for `http` ask for the page. */
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

/** What such a probe came to. `refused`: the server says itself that nothing is there. */
export interface ExternalOutcome {
  readonly ok: boolean | 'refused';
  readonly ms: number;
  readonly reason: string;
}
