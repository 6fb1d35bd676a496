import { Random } from '../../topologies/embedded/random.ts';
import { type Config, configSchema, type StrategyConfig } from '../core/config.ts';
import type { Dpid } from '../core/dpid.ts';
import type { DecisionEntry, EndEntry, LogEntry } from '../core/events.ts';
import { choose } from '../pool/choice.ts';
import type { Server } from '../pool/server.ts';
import { VirtualService } from '../pool/virtual-service.ts';
import type { StrategyBook } from '../strategies/book.ts';
import type { ConnectionKey } from '../strategies/strategy.ts';
import { mean, variation } from './statistics.ts';

/** The choices of a strategy for the connections of a recorded log, or those of the log itself, in figures. */
export interface ReplayResult {
  readonly service: string;
  /** As it was named; undefined: the log itself. */
  readonly strategy: string | undefined;
  readonly decisions: number;
  /** Connections of each server. */
  readonly shares: Readonly<Record<string, number>>;
  /** Coefficient of variation of the shares, each for its weight. */
  readonly imbalance: number;
  /** The same of the living connections: mean over the moments after each decision. */
  readonly unevenness: number;
  /** Decisions for the same server as in the log. */
  readonly agreed: number;
}

export interface ReplayOptions {
  readonly entries: readonly LogEntry[];
  readonly label: string;
  readonly strategy: StrategyConfig;
  readonly book: StrategyBook;
  /** Weights and settings of the services that it has; the log knows no weights. */
  readonly config?: Config;
}

const SOMEWHERE = { dpid: '0000000000000001' as Dpid, port: 1, mac: '02:00:00:00:00:01' };

/** The services of a log, in the order in which they come. */
export function servicesIn(entries: readonly LogEntry[]): string[] {
  return [...new Set(entries.flatMap(entry => (entry.type === 'decision' ? [entry.service] : [])))];
}

/** Lets a strategy choose for each connection of one service of a log, in order of time. */
export function replay(service: string, options: ReplayOptions): ReplayResult {
  return new Stage(service, options).play(options.entries, options.label);
}

/** The choices of the log itself, in the same figures. */
export function asLogged(service: string, options: Omit<ReplayOptions, 'strategy' | 'label'>): ReplayResult {
  const stage = new Stage(service, { ...options, label: '', strategy: { name: 'round-robin', options: {} } });
  return stage.play(options.entries, undefined);
}

/** Something that a log has of a service, at the time when it happened, in milliseconds since the epoch. */
interface Moment {
  readonly at: number;
  readonly pass: () => void;
}

/**
 * A service as the controller has it, with the log in place of the network. Its servers are those that the log names; a connection lives
 * from its decision to its end. A response time is of the server that was really asked.
 */
class Stage {
  readonly #service: VirtualService;
  readonly #random: Random;
  /** By the `seq` of the decision. */
  readonly #living = new Map<number, Server>();
  readonly #shares = new Map<string, number>();
  readonly #unevenness: number[] = [];
  #decisions = 0;
  #agreed = 0;

  constructor(name: string, { entries, strategy, book, config, label }: ReplayOptions) {
    this.#random = new Random(`replay ${label}`);
    const of = configSchema.parse({ services: [serviceInput(name, entries, strategy, config)] });
    this.#service = new VirtualService(of.services[0]!, 1, book);
    for (const server of this.#service.servers) {
      server.health = 'up';
      server.place = SOMEWHERE;
      this.#shares.set(server.name, 0);
    }
  }

  /** Undefined in place of a strategy's name: the servers of the log are taken, and nobody is asked. */
  play(entries: readonly LogEntry[], strategy: string | undefined): ReplayResult {
    for (const { at, pass } of this.#moments(entries, strategy === undefined)) {
      this.#service.onTick(at);
      pass();
    }
    return {
      service: this.#service.name,
      strategy,
      decisions: this.#decisions,
      shares: Object.fromEntries(this.#shares),
      imbalance: variation(this.#service.servers.map(server => this.#shares.get(server.name)! / server.config.weight)),
      unevenness: mean(this.#unevenness),
      agreed: this.#agreed,
    };
  }

  /**
   * What happened, in the order of time. The line of an end comes seconds after the end itself, when the switch has given up the flows: it is
   * `durationMs` after the decision that a connection was closed, and `responseMs` after it that it was answered.
   */
  #moments(entries: readonly LogEntry[], asWas: boolean): Moment[] {
    const begunAt = new Map<number, number>();
    const moments: Moment[] = [];
    for (const entry of entries) {
      if (!('service' in entry) || entry.service !== this.#service.name) continue;
      const at = Date.parse(entry.time);
      if (entry.type === 'decision' || entry.type === 'adopted') begunAt.set(entry.seq, at);
      if (entry.type === 'decision') moments.push({ at, pass: () => this.#decide(entry, at, asWas) });
      else if (entry.type === 'adopted') moments.push({ at, pass: () => this.#open(entry.seq, this.#named(entry.server.name)) });
      else if (entry.type === 'end') moments.push(...this.#momentsOfEnd(entry, begunAt.get(entry.of), at));
      else if (entry.type === 'server') moments.push({ at, pass: () => this.#setUp(entry.server, entry.state === 'up') });
    }
    return moments.sort((a, b) => a.at - b.at);
  }

  #momentsOfEnd({ of, server, durationMs, responseMs, why }: EndEntry, begun: number | undefined, logged: number): Moment[] {
    if (begun === undefined) return [];
    // Without a FIN a connection counts as living until its line.
    const closed = { at: why === 'fin' ? Math.min(logged, begun + durationMs) : logged, pass: () => this.#close(of) };
    if (responseMs === undefined) return [closed];
    const at = begun + responseMs;
    return [{ at, pass: () => this.#answered(server, responseMs, at) }, closed];
  }

  #decide(entry: DecisionEntry, now: number, asWas: boolean): void {
    this.#follow(entry);
    const { protocol, client, vip } = entry;
    const key = { protocol, clientIp: client.ip, clientPort: client.port, vip: vip.ip, port: vip.port };
    const was = this.#named(entry.server.name);
    const chosen = asWas ? was : this.#choose(key, now);
    this.#decisions += 1;
    if (chosen === undefined) return;
    if (chosen === was) this.#agreed += 1;
    this.#shares.set(chosen.name, this.#shares.get(chosen.name)! + 1);
    this.#open(entry.seq, chosen);
    this.#unevenness.push(variation(this.#service.candidates.map(({ connections, config }) => connections / config.weight)));
  }

  #choose(key: ConnectionKey, now: number): Server | undefined {
    const choice = choose(this.#service, key, { now, random: this.#random.next });
    return typeof choice === 'string' ? undefined : choice.server;
  }

  /** A reason that names every candidate says who was eligible; a client that kept its server, or a long list, does not. */
  #follow({ reason, server }: DecisionEntry): void {
    const isWhole = reason.of === undefined && reason.candidates.length > 1;
    const names = new Set(reason.candidates.map(({ name }) => name));
    for (const each of this.#service.servers) {
      if (isWhole) this.#setUp(each.name, names.has(each.name));
      else if (each.name === server.name) this.#setUp(each.name, true);
    }
  }

  #setUp(name: string, isUp: boolean): void {
    const server = this.#named(name);
    if (server === undefined || (server.health === 'up') === isUp) return;
    server.health = isUp ? 'up' : 'down';
    this.#service.refresh();
  }

  #open(seq: number, server: Server | undefined): void {
    if (server === undefined) return;
    this.#living.set(seq, server);
    this.#service.opened(server);
  }

  #answered(name: string, ms: number, now: number): void {
    const server = this.#named(name);
    if (server === undefined) return;
    this.#service.answered(server, ms, now);
  }

  #close(of: number): void {
    const holder = this.#living.get(of);
    if (holder === undefined) return;
    this.#living.delete(of);
    this.#service.closed(holder);
  }

  #named(name: string): Server | undefined {
    return this.#service.servers.find(server => server.name === name);
  }
}

/** The service as `vipflow.yaml` would describe it: from the file where it has it, else from what the log names. */
function serviceInput(name: string, entries: readonly LogEntry[], strategy: StrategyConfig, config: Config | undefined) {
  const own = entries.flatMap(entry =>
    (entry.type === 'decision' || entry.type === 'adopted') && entry.service === name ? [entry] : [],
  );
  const known = config?.services.find(service => service.name === name)?.servers ?? [];
  const weights = new Map(known.map(server => [server.name, server.weight]));
  const named = own.flatMap(entry => [entry.server, ...(entry.type === 'decision' ? entry.reason.candidates : [])]);
  const names = new Set([...known, ...named].map(server => server.name));
  // Addresses do not matter to a strategy, but each server has one of its own.
  const servers = [...names].map((each, i) => {
    return { name: each, ip: `127.1.${(i >> 8) & 255}.${i & 255}`, port: 1, weight: weights.get(each) ?? 1 };
  });
  const { vip, protocol } = own[0]!;
  return { name, vip: vip.ip, port: vip.port, protocol, strategy: { name: strategy.name, ...strategy.options }, servers };
}
