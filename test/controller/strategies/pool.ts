import type { Candidate, ConnectionKey, Pick, ResponseTime, Strategy } from '../../../controller/strategies/strategy.ts';
import { Random } from '../../../topologies/embedded/random.ts';

/** A server whose numbers are in the test's hands. */
export class TestServer implements Candidate {
  readonly name: string;
  readonly fullWeight: number;
  ramp: number;
  connections = 0;
  response: ResponseTime | undefined;
  bytesPerSecond = 0;

  constructor(name: string, { weight = 1, ramp = 1 }: { readonly weight?: number; readonly ramp?: number } = {}) {
    this.name = name;
    this.fullWeight = weight;
    this.ramp = ramp;
  }

  get weight(): number {
    return this.fullWeight * this.ramp;
  }
}

/** Servers s0, s1, ... of these weights. */
export function serversOf(...weights: readonly number[]): TestServer[] {
  return weights.map((weight, i) => new TestServer(`s${i}`, { weight }));
}

/** `count` servers of weight 1. */
export function equalServers(count: number): TestServer[] {
  return serversOf(...Array.from({ length: count }, () => 1));
}

/** The connection of a client: each number has an address of its own. */
export function connectionOf(client: number, clientPort = 40_000 + (client % 20_000)): ConnectionKey {
  const clientIp = `10.${(client >> 16) & 0xff}.${(client >> 8) & 0xff}.${client & 0xff}`;
  return { protocol: 'tcp', clientIp, clientPort, vip: '192.0.2.1', port: 80 };
}

const ANSWER_MS = 10;
const CONNECTION_BYTES_PER_SECOND = 1000;
const MEASURE_EVERY = 20;

/** A service in small: connections open, live for a number of further connections, and close; time passes a millisecond for each. */
export class TestPool {
  readonly strategy: Strategy<TestServer>;
  readonly living: number;
  readonly picks = new Map<string, number>();
  readonly #open: TestServer[] = [];
  readonly #random: Random;
  #closed = 0;
  #now = 1_700_000_000_000;
  #clients = 0;

  constructor(strategy: Strategy<TestServer>, { living = 1000, seed = 'pool' } = {}) {
    this.strategy = strategy;
    this.living = living;
    this.#random = new Random(seed);
  }

  /** So many connections of as many clients; gives the names in order. */
  connect(count: number, servers: readonly TestServer[]): string[] {
    return Array.from({ length: count }, () => {
      const pick = this.pick(servers);
      this.#opened(pick.candidate, servers);
      return pick.candidate.name;
    });
  }

  pick(servers: readonly TestServer[]): Pick<TestServer> {
    const pick = this.strategy.pick(connectionOf(this.#clients++), servers, { now: this.#now, random: this.#random.next });
    if (pick === undefined) throw new Error('nobody was picked');
    return pick;
  }

  /** Part of all picks, by name. */
  shareOf({ name }: TestServer): number {
    return (this.picks.get(name) ?? 0) / this.#clients;
  }

  #opened(server: TestServer, servers: readonly TestServer[]): void {
    this.#now += 1;
    this.picks.set(server.name, (this.picks.get(server.name) ?? 0) + 1);
    this.#open.push(server);
    this.#change(server, 1);
    server.response = { ms: ANSWER_MS, at: this.#now };
    this.strategy.update?.(server);
    if (this.#open.length - this.#closed > this.living) this.#change(this.#open[this.#closed++]!, -1);
    if (this.#clients % MEASURE_EVERY === 0) for (const each of servers) this.#measure(each);
  }

  #change(server: TestServer, by: number): void {
    server.connections += by;
    this.strategy.update?.(server);
  }

  #measure(server: TestServer): void {
    server.bytesPerSecond = server.connections * CONNECTION_BYTES_PER_SECOND;
    this.strategy.update?.(server);
  }
}
