import { Balancer } from './connections/balancer.ts';
import type { Random } from './core/clock.ts';
import { type Command, log } from './core/command.ts';
import { changesBetween } from './core/config/changes.ts';
import type { Config } from './core/config.ts';
import type { DesiredState } from './core/desired-state.ts';
import type { Dpid } from './core/dpid.ts';
import type { SwitchEvent } from './core/event.ts';
import { Sequence } from './core/events.ts';
import type { ExternalOutcome } from './core/external-probe.ts';
import type { Switch } from './core/switch.ts';
import { Network } from './network/network.ts';
import { Services } from './pool/services.ts';
import { ServerHealth } from './server-health.ts';
import { builtIn, type StrategyBook } from './strategies/book.ts';
import { onSwitchEvent } from './switch-events.ts';
import { Reconciler } from './switches/reconciler.ts';
import { SwitchRecords } from './switches/record.ts';

/** Everything that the controller ever receives, in one shape. */
export type AppEvent =
  | SwitchEvent
  /** Time has passed; comes every `TICK_MS`. */
  | { readonly type: 'tick' }
  /** A decider threw: what was under way may have been left halfway, and begins anew. */
  | { readonly type: 'recover' }
  /** Another configuration; `source` is who asks for it, for the log. Without `book` the strategies stay those that were. */
  | { readonly type: 'config'; readonly config: Config; readonly source: string; readonly book?: StrategyBook }
  /** What a probe from the controller's own sockets came to. */
  | { readonly type: 'probed'; readonly id: string; readonly outcome: ExternalOutcome };

/** How often the deciders are to see the time. */
export const TICK_MS = 50;

/**
 * The controller without its sockets: events in, commands out, in the order in which the parts get to see an event. Time and chance
 * are arguments, so the same events give the same commands.
 */
export class App {
  readonly sequence = new Sequence();
  readonly services = new Services();
  readonly network: Network;
  readonly balancer: Balancer;
  readonly health: ServerHealth;
  readonly reconciler: Reconciler;
  readonly #records = new SwitchRecords();
  #config: Config;
  #book: StrategyBook;

  constructor(config: Config, random: Random, book: StrategyBook = builtIn) {
    const { services, sequence } = this;
    this.network = new Network(random);
    const { places, isLink } = this.network;
    this.balancer = new Balancer(services, (dpid, mac) => places.portOf(dpid, mac), sequence, random);
    this.health = new ServerHealth(services, this.balancer, places, isLink, sequence, random);
    this.reconciler = new Reconciler(sequence, dpid => this.balancer.carrier.connections.flowsOf(dpid));
    this.#config = config;
    this.#book = book;
    this.#take(config, book);
    this.health.watch(0);
  }

  /** The configuration in force. */
  get config(): Config {
    return this.#config;
  }

  get switches(): ReadonlyMap<Dpid, Switch> {
    return this.#records.all;
  }

  /** Takes an event; gives what has to be done. */
  handle(event: AppEvent, now: number): Command[] {
    const commands = this.#handle(event, now);
    const outcomes = this.balancer.carrier.takeOutcomes();
    if (outcomes.length > 0) commands.push(...this.health.onOutcomes(outcomes, now));
    for (const { dpid, section, state } of this.network.takeChanges(now))
      commands.push(...this.reconciler.want(dpid, section, state));
    return commands;
  }

  #handle(event: AppEvent, now: number): Command[] {
    switch (event.type) {
      case 'tick':
        return this.#onTick(now);
      case 'recover':
        this.health.monitor.restart(now);
        return [];
      case 'config':
        return this.#onConfig(event, now);
      case 'probed':
        return this.health.onProbed(event.id, event.outcome, now);
      default:
        return this.#onSwitch(event, now);
    }
  }

  #onTick(now: number): Command[] {
    this.services.onTick(now);
    for (const [dpid, count] of this.balancer.carrier.takeRestored()) this.reconciler.restoredConnections(dpid, count);
    return [
      ...this.health.onTick(this.switches, now),
      ...this.balancer.carrier.onTick(this.switches, now),
      ...this.network.onTick(this.switches, now),
      ...this.reconciler.onTick(this.switches, now),
    ];
  }

  /** Applies the difference: living connections stay, but for those of services that are gone and of servers in maintenance. */
  #onConfig({ config, source, book = this.#book }: Extract<AppEvent, { type: 'config' }>, now: number): Command[] {
    const changes = changesBetween(this.#config, config);
    const left = this.#take(config, book);
    const found = this.health.watch(now);
    const commands = [
      ...[...this.switches.values()].flatMap(at => this.reconciler.want(at.dpid, 'services', this.servicesIn(at, config))),
      ...left.flatMap(service =>
        service.servers.flatMap(server => this.balancer.carrier.release({ service, server }, 'removed', now)),
      ),
      log({ ...this.sequence.next('config', now), state: 'applied', source, changes }),
      ...found,
      ...this.health.settle(left, now),
    ];
    this.#config = config;
    this.#book = book;
    return commands;
  }

  /** Everything that follows from a configuration, but for servers and switches; gives the services that left. */
  #take(config: Config, book: StrategyBook) {
    const { services: left } = this.services.configure(config.services, book);
    this.network.places.setVirtualMacs(this.services.vips.values());
    this.balancer.carrier.maxFlows = config.limits.flowsPerSwitch;
    this.balancer.carrier.connections.reindex();
    return left;
  }

  /** What the services of a configuration need in a switch. */
  servicesIn(at: Switch, { services }: Config = this.#config): DesiredState {
    return { flows: this.balancer.flows(services, at) };
  }

  #onSwitch(event: SwitchEvent, now: number): Command[] {
    const isNew = event.type === 'ready' && !this.switches.has(event.at.dpid);
    const at = this.#records.follow(event);
    if (at === undefined) return [];
    const commands = onSwitchEvent(this, event, at, now);
    if (event.type !== 'ready') return commands;
    const { dpid, address, description: reason } = at;
    const line = log({ ...this.sequence.next('switch', now), dpid, address, state: 'connected', reason });
    return [...commands, ...(isNew ? [line] : []), ...this.#onTick(now)];
  }
}
