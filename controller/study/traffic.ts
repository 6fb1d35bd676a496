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

/** Lets the clients of a scenario come to `front`, each as it was drawn; `inProgress` counts who is still there. */
export function startTraffic(
  clients: readonly Host[],
  scenario: Scenario,
  seed: string,
  front: { readonly ip: string; readonly port: number },
  record: (record: RequestRecord) => void,
): { readonly inProgress: number } {
  const { clock } = clients[0]!;
  const startedAt = clock.now();
  const arrivals = plannedArrivals(scenario, seed);
  const traffic = { inProgress: 0 };
  const outlet = {
    record,
    done: () => {
      traffic.inProgress -= 1;
    },
  };
  const visit = (index: number): void => {
    const arrival = arrivals[index];
    if (arrival === undefined) return;
    clock.at(startedAt + arrival.atMs, () => {
      const { client, requests, think } = arrival;
      traffic.inProgress += 1;
      // Of its own: what one visitor draws does not change what the next one does.
      const random = new Random(requests > 1 ? `${seed}/visit ${index}` : '');
      new Visit(clients[client]!, random, { ...VISIT, ...front, requests, think, timeoutMs: scenario.timeoutMs }, outlet);
      visit(index + 1);
    });
  };
  visit(0);
  return traffic;
}
