import type { ServerConfig } from '../core/config.ts';
import type { Place } from '../core/place.ts';
import { type EndKey, endKey, type Protocol } from '../core/tuple.ts';
import type { Candidate, ResponseTime } from '../strategies/strategy.ts';
import { smoothed } from './response-time.ts';

/** `unknown` until the first answer: nobody is sent to a server that was never seen. */
export type Health = 'unknown' | 'up' | 'down';

/** A member of a service's pool, with what is known of it now. The operator's wish is in `config.state`. */
export class Server implements Candidate {
  config: ServerConfig;
  /** Its number in the cookie. */
  readonly id: number;
  /** What the switches connect clients to. */
  readonly end: EndKey;
  health: Health = 'unknown';
  /** Why it is in this state, for the log. */
  reason = 'has not answered yet';
  /** Milliseconds since the epoch; when `health` changed last. */
  since: number | undefined;
  place: Place | undefined;
  /** Living connections: those whose server has not closed them. */
  connections = 0;
  /** Connections it was chosen for, ever. */
  chosen = 0;
  ramp = 1;
  response: ResponseTime | undefined;
  bytesPerSecond = 0;

  /** `protocol`: what the clients of its service speak. */
  constructor(config: ServerConfig, id: number, protocol: Protocol) {
    this.config = config;
    this.id = id;
    this.end = endKey(protocol, config.ip, config.port);
  }

  get name(): string {
    return this.config.name;
  }

  get weight(): number {
    return this.config.weight * this.ramp;
  }

  /** Whether it may take a new connection. */
  get isEligible(): boolean {
    return this.config.state === 'ready' && this.health === 'up' && this.place !== undefined;
  }

  /** A response time was measured. */
  answered(ms: number, now: number): void {
    this.response = smoothed(this.response, ms, now);
  }
}

/** A server that may be sent to. */
export type Reachable = Server & { readonly place: Place };

export function isReachable(server: Server): server is Reachable {
  return server.isEligible;
}
