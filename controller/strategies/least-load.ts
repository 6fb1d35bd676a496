import { Ranking } from './ranking.ts';
import type { Candidate, Strategy } from './strategy.ts';

/** What a connection is taken to move where nothing moves yet, so that picks count. */
const SMALLEST_BYTES_PER_SECOND = 1;

/** A smoothed measurement shows a new connection by and by: with each new one, this part of what was expected is still to come. */
const STILL_TO_COME = 0.5;

interface Load<C> {
  readonly candidate: C;
  bytesPerSecond: number;
  connections: number;
  /** Bytes per second of connections that were placed here and cannot be seen in the measurement yet. */
  expected: number;
}

/**
 * The fewest bytes per second for its weight. Measurements come seconds apart; until then all new connections would go to the server that was
 * idle at the last one (Mitzenmacher, "How useful is old information?", 2000). So each is counted at once with what a connection moves on
 * average, and that expectation fades as measurements come in. O(log n).
 */
export function leastLoad<C extends Candidate>(): Strategy<C> {
  const traffic = new Traffic<C>();
  const load = (candidate: C): number => (candidate.bytesPerSecond + traffic.expectedOf(candidate)) / candidate.weight;
  const ranking = new Ranking<C>(load);
  return {
    pick(_connection, candidates) {
      traffic.follow(candidates);
      const candidate = ranking.first(candidates);
      if (candidate === undefined) return undefined;
      const mean = traffic.meanOfConnection();
      traffic.expect(candidate, mean);
      ranking.picked(candidate);
      return {
        candidate,
        rule: 'least traffic for its weight',
        score: other => load(other) - (other === candidate ? mean / other.weight : 0),
      };
    },
    update(candidate) {
      traffic.update(candidate);
      ranking.update(candidate);
    },
  };
}

/** What passes, and what is expected to. */
class Traffic<C extends Candidate> {
  #of: readonly C[] | undefined;
  #loads = new Map<string, Load<C>>();
  #bytesPerSecond = 0;
  #connections = 0;

  follow(candidates: readonly C[]): void {
    if (candidates === this.#of) return;
    this.#of = candidates;
    this.#bytesPerSecond = 0;
    this.#connections = 0;
    const before = this.#loads;
    this.#loads = new Map();
    for (const candidate of candidates) {
      const load = { candidate, bytesPerSecond: 0, connections: 0, expected: before.get(candidate.name)?.expected ?? 0 };
      this.#loads.set(candidate.name, load);
      this.#count(candidate, load);
    }
  }

  expectedOf(candidate: C): number {
    return this.#loads.get(candidate.name)?.expected ?? 0;
  }

  /** Bytes per second of a connection, over all candidates. */
  meanOfConnection(): number {
    return Math.max(SMALLEST_BYTES_PER_SECOND, this.#connections > 0 ? this.#bytesPerSecond / this.#connections : 0);
  }

  expect(candidate: C, bytesPerSecond: number): void {
    this.#loads.get(candidate.name)!.expected += bytesPerSecond;
  }

  update(candidate: C): void {
    const load = this.#loads.get(candidate.name);
    if (load?.candidate !== candidate) return;
    if (candidate.bytesPerSecond !== load.bytesPerSecond) load.expected *= STILL_TO_COME;
    if (candidate.connections === 0) load.expected = 0;
    this.#count(candidate, load);
  }

  #count({ bytesPerSecond, connections }: C, load: Load<C>): void {
    this.#bytesPerSecond += bytesPerSecond - load.bytesPerSecond;
    this.#connections += connections - load.connections;
    load.bytesPerSecond = bytesPerSecond;
    load.connections = connections;
  }
}
