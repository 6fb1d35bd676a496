import { affinityBy, type ServerConfig, type ServiceConfig } from '../core/config.ts';
import { cookieRange } from '../core/cookie.ts';
import { isSame } from '../core/same.ts';
import { type EndKey, endKey } from '../core/tuple.ts';
import type { StrategyBook } from '../strategies/book.ts';
import { type StrategyEntry, strategyOf } from '../strategies/catalogue.ts';
import type { Strategy } from '../strategies/strategy.ts';
import { Affinity } from './affinity.ts';
import { RecentResponses } from './recent-responses.ts';
import { Server } from './server.ts';
import { Shadow } from './shadow.ts';

/** A server that comes back grows in so many steps. */
const RAMP_STEPS = 10;

/** One virtual IP, protocol and port, with its pool and its strategy. */
export class VirtualService {
  /** Its number in the cookie. */
  readonly id: number;
  /** What its clients connect to. */
  readonly end: EndKey;
  #config: ServiceConfig;
  #servers: readonly Server[] = [];
  #strategy!: Strategy<Server>;
  #strategyOf: StrategyEntry | undefined;
  #shadow: Shadow | undefined;
  #affinity: Affinity;
  #candidates: readonly Server[] | undefined;
  /** Servers that left and still have connections, by name and address: their numbers are taken, and they are watched on. */
  readonly #retired = new Map<string, Server>();
  readonly #growing = new Map<Server, number>();
  /** From SYN to SYN-ACK, and to answers of probes. */
  readonly responses = new RecentResponses();
  /** Connections that were begun, ever. */
  begun = 0;

  constructor(config: ServiceConfig, id: number, book: StrategyBook) {
    this.id = id;
    this.end = endKey(config.protocol, config.vip, config.port);
    this.#config = config;
    this.#affinity = new Affinity(affinityOf(config, book));
    this.configure(config, book);
  }

  get config(): ServiceConfig {
    return this.#config;
  }

  get name(): string {
    return this.#config.name;
  }

  /** In the order of the configuration. */
  get servers(): readonly Server[] {
    return this.#servers;
  }

  /** Servers that left the configuration and still have connections. */
  get retired(): readonly Server[] {
    return [...this.#retired.values()];
  }

  get strategy(): Strategy<Server> {
    return this.#strategy;
  }

  /** The strategy that is asked, too, and decides nothing. */
  get shadow(): Shadow | undefined {
    return this.#shadow;
  }

  get affinity(): Affinity {
    return this.#affinity;
  }

  /** Those a new connection may go to, in the order of the configuration; the same array until that or a weight changes. */
  get candidates(): readonly Server[] {
    this.#candidates ??= this.#servers.filter(server => server.isEligible);
    return this.#candidates;
  }

  /** Takes other settings; gives the servers that left. Servers keep their state by name, address and port. */
  configure(config: ServiceConfig, book: StrategyBook): Server[] {
    const before = new Map([...this.#retired, ...this.#servers.map(server => [backOf(server.config), server] as const)]);
    const entry = book(config.strategy.name);
    if (entry !== this.#strategyOf || !isSame(config.strategy, this.#config.strategy)) {
      this.#strategy = strategyOf(config.strategy, entry);
      this.#strategyOf = entry;
    }
    if (!this.#shadow?.is(config.shadow)) this.#shadow = config.shadow && new Shadow(config.shadow, book(config.shadow.name));
    this.#affinity = this.#affinity.under(affinityOf(config, book));
    this.#config = config;
    const kept = new Set<Server>();
    const servers = config.servers.map(entry => {
      const known = before.get(backOf(entry));
      if (known === undefined) return undefined;
      known.config = entry;
      this.#retired.delete(backOf(entry));
      kept.add(known);
      return known;
    });
    const left = this.#servers.filter(server => !kept.has(server));
    for (const server of left) this.#retire(server);
    const taken = new Set([...kept, ...this.#retired.values()].map(({ id }) => id));
    this.#servers = servers.map((known, i) => known ?? new Server(config.servers[i]!, freeId(taken, 'server'), config.protocol));
    for (const server of this.#servers) if (server.config.state !== 'ready') this.#affinity.release(server);
    this.refresh();
    return left;
  }

  /** Eligibility or a weight of a server changed. */
  refresh(): void {
    this.#candidates = undefined;
  }

  /** A connection of the server begins. */
  opened(server: Server): void {
    server.connections += 1;
    this.changed(server);
  }

  /** The server is done with a connection. */
  closed(server: Server): void {
    server.connections -= 1;
    if (server.connections === 0) this.#retired.delete(backOf(server.config));
    this.changed(server);
  }

  /** A server answered in so long. */
  answered(server: Server, ms: number, now: number): void {
    server.answered(ms, now);
    this.responses.add(ms, now);
    this.changed(server);
  }

  /** A number of a server changed that strategies look at. */
  changed(server: Server): void {
    this.#strategy.update?.(server);
    this.#shadow?.strategy.update?.(server);
  }

  /**
   * A server that was down is back: it begins with a part of its share. Its response time is unknown: the last one was that of its failure, a SYN
   * sent again; a thousand times the usual, it would keep clients away for a minute.
   */
  grow(server: Server, now: number): void {
    server.response = undefined;
    this.changed(server);
    if (this.#config.slowStartMs === 0) return;
    this.#growing.set(server, now);
    server.ramp = 1 / RAMP_STEPS;
    this.refresh();
  }

  /** Lets the servers that came back grow. */
  onTick(now: number): void {
    for (const [server, since] of this.#growing) {
      const steps = Math.floor(((now - since) / this.#config.slowStartMs) * RAMP_STEPS) + 1;
      const ramp = Math.min(1, steps / RAMP_STEPS);
      if (ramp === 1 || !server.isEligible) this.#growing.delete(server);
      if (ramp === server.ramp) continue;
      server.ramp = ramp;
      this.refresh();
      this.changed(server);
    }
  }

  #retire(server: Server): void {
    this.#affinity.release(server);
    this.#growing.delete(server);
    if (server.connections > 0) this.#retired.set(backOf(server.config), server);
    // Connections that have closed may still name it.
    server.config = { ...server.config, state: 'drain' };
  }
}

/** The lowest number that nobody has; 0 is left for what belongs to no service or server. */
export function freeId(taken: Set<number>, field: 'service' | 'server'): number {
  for (let id = 1; id < cookieRange(field); id++) {
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
  throw new Error(`more than ${cookieRange(field) - 1} ${field}s`); // the schema allows no more
}

/** The affinity that is configured, or else the strategy's own. */
function affinityOf({ affinity, strategy }: ServiceConfig, book: StrategyBook) {
  return affinity ?? affinityBy(book(strategy.name).affinity ?? 'none');
}

/** A server with another name or address is another server. */
function backOf({ name, ip, port }: ServerConfig): string {
  return `${name} ${ip}:${port}`;
}
