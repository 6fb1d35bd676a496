import type { Random } from '../core/clock.ts';

/** What a strategy may know of the connection it picks for. */
export interface ConnectionKey {
  readonly protocol: 'tcp' | 'udp';
  readonly clientIp: string;
  readonly clientPort: number;
  readonly vip: string;
  readonly port: number;
}

/** A smoothed response time as it was at its last measurement. */
export interface ResponseTime {
  readonly ms: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A server that may be picked: ready, and up. Its numbers are live: they are those of the moment they are read. */
export interface Candidate {
  readonly name: string;
  /** Its share against the others': the configured weight times `ramp`. */
  readonly weight: number;
  /** 1; less, and above 0, while it grows back to its full share after a return. For strategies that know no weights. */
  readonly ramp: number;
  /** Living connections. */
  readonly connections: number;
  /** Peak EWMA of what was measured (`pool/response-time.ts`); undefined before the first measurement. */
  readonly response: ResponseTime | undefined;
  /** What passes to and from it, both ways, smoothed over some seconds. */
  readonly bytesPerSecond: number;
}

export interface PickContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly random: Random;
}

/** A pick with its reason, as the log shows it. */
export interface Pick<C extends Candidate> {
  readonly candidate: C;
  /** The rule that decided, in a few words: `next in turn`. */
  readonly rule: string;
  /** What each candidate was worth when this one was picked; lower is better. Asked for at once, for some of the candidates. */
  readonly score?: (candidate: C) => number;
}

/** Chooses servers for the connections of one service. Deterministic, given `now` and `random`. */
export interface Strategy<C extends Candidate = Candidate> {
  /**
   * Picks one of the candidates; undefined when there is none. The array is the same object as long as its members and their weights
   * are the same, so what is computed from it may be kept.
   */
  pick(connection: ConnectionKey, candidates: readonly C[], context: PickContext): Pick<C> | undefined;
  /** Called when the connections, the response time or the traffic of a candidate have changed. */
  update?(candidate: C): void;
}
