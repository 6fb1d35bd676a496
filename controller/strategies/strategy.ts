import type { Random } from '../core/clock.ts';

/** What a strategy may know of the connection it picks for. */
export interface ConnectionKey {
  readonly protocol: 'tcp' | 'udp';
  readonly clientIp: string;
  readonly clientPort: number;
  readonly vip: string;
  readonly port: number;
}

/** A server that may be picked: ready, and up. */
export interface Candidate {
  readonly name: string;
  readonly weight: number;
  /** Living connections. */
  readonly connections: number;
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
  /** One number for each candidate, in their order; lower is better. */
  readonly scores: readonly number[];
}

/** Chooses servers for the connections of one service. Deterministic, given `now` and `random`. */
export interface Strategy {
  /** Picks one of the candidates; undefined when there is none. */
  pick<C extends Candidate>(connection: ConnectionKey, candidates: readonly C[], context: PickContext): Pick<C> | undefined;
}
