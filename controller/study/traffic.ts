import type { Distribution } from '../../topologies/embedded/distribution.ts';
import type { Host } from '../../topologies/embedded/host/host.ts';
import { nextArrival } from '../../topologies/embedded/http/arrivals.ts';
import { type RequestRecord, VISIT, Visit } from '../../topologies/embedded/http/visit.ts';
import { Random } from '../../topologies/embedded/random.ts';
import { arrivalsOf, type Scenario } from './scenario.ts';

/** A connection that is to begin. */
interface Arrival {
  /** After the start of the traffic. */
  readonly atMs: number;
  /** Which of the addresses. */
  readonly client: number;
  readonly requests: number;
  readonly think: Distribution;
}

/**
 * Who comes when, of a seed alone: every strategy meets the same clients at the same moments (common random numbers; Law, Simulation
 * Modeling and Analysis, 5th edition, 11.2), so that differences between strategies are not differences of luck.
 */
export function plannedArrivals(scenario: Scenario, seed: string): Arrival[] {
  const { clients, behindOne, connections, order, durationMs } = scenario;
  const random = new Random(`${seed}/arrivals`);
  const plan = arrivalsOf(scenario);
  const turns = connections.flatMap((kind, i) => Array.from({ length: Math.max(1, Math.round(kind.share)) }, () => i));
  const shares = connections.reduce((sum, { share }) => sum + share, 0);
  const drawn = (): number => {
    let left = random.uniform(0, shares);
    const found = connections.findIndex(({ share }) => {
      left -= share;
      return left < 0;
    });
    return Math.max(0, found);
  };
  const list: Arrival[] = [];
  for (let at = nextArrival(plan, 0, random); at < durationMs; at = nextArrival(plan, at, random)) {
    const { requests, think } = connections[order === 'in-turn' ? turns[list.length % turns.length]! : drawn()]!;
    const client = random.chance(behindOne) ? 0 : random.integer(clients);
    list.push({ atMs: at, client, requests, think: think as Distribution });
  }
  return list;
}

/** Lets the clients of a scenario come, and counts who is still there. */
export class StudyTraffic {
  inProgress = 0;
  readonly #clients: readonly Host[];
  readonly #record: (record: RequestRecord) => void;
  readonly #seed: string;

  constructor(clients: readonly Host[], seed: string, record: (record: RequestRecord) => void) {
    this.#clients = clients;
    this.#seed = seed;
    this.#record = record;
  }

  start(arrivals: readonly Arrival[], { timeoutMs }: Scenario, front: { readonly ip: string; readonly port: number }): void {
    const { clock } = this.#clients[0]!;
    const startedAt = clock.now();
    const outlet = {
      record: this.#record,
      done: () => {
        this.inProgress -= 1;
      },
    };
    const visit = (index: number): void => {
      const arrival = arrivals[index];
      if (arrival === undefined) return;
      clock.at(startedAt + arrival.atMs, () => {
        const { client, requests, think } = arrival;
        this.inProgress += 1;
        // Of its own: what one visitor draws does not change what the next one does.
        const random = new Random(requests > 1 ? `${this.#seed}/visit ${index}` : '');
        new Visit(this.#clients[client]!, random, { ...VISIT, ...front, requests, think, timeoutMs }, outlet);
        visit(index + 1);
      });
    };
    visit(0);
  }
}
