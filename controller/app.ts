import { type MessageOf, OFPPR, OFPRR } from '../openflow/index.ts';
import { dissect } from '../openflow/packet/dissect.ts';
import type { AppEvent } from './app-event.ts';
import { Balancer } from './connections/balancer.ts';
import { answerArp } from './connections/vip-arp.ts';
import type { Random } from './core/clock.ts';
import { type Command, log } from './core/command.ts';
import { changesBetween } from './core/config/changes.ts';
import type { Config } from './core/config.ts';
import { readCookie } from './core/cookie.ts';
import type { DesiredState } from './core/desired-state.ts';
import type { Dpid } from './core/dpid.ts';
import type { SwitchEvent } from './core/event.ts';
import { Sequence } from './core/events.ts';
import { refusedCookie } from './core/flow.ts';
import { type Installed, isUp, type Switch } from './core/switch.ts';
import { Network } from './network/network.ts';
import { notePortLoads } from './pool/port-load.ts';
import { Services } from './pool/services.ts';
import { ServerHealth } from './server-health.ts';
import { builtIn, type StrategyBook } from './strategies/book.ts';
import { Reconciler } from './switches/reconciler.ts';
import { SwitchRecords } from './switches/record.ts';

/** How often the deciders are to see the time. */
export const TICK_MS = 50;

/**
 * The controller without its sockets: events in, commands out, in the order in which the parts get to see an event. Time and chance are
 * arguments, so the same events give the same commands.
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
    this.reconciler = new Reconciler(sequence, dpid => this.balancer.flowsOf(dpid));
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
    const outcomes = this.balancer.takeOutcomes();
    if (outcomes.length > 0) commands.push(...this.health.onOutcomes(outcomes, now));
    for (const { dpid, section, state } of this.network.takeChanges())
      commands.push(...this.reconciler.want(dpid, section, state));
    return commands;
  }

  #handle(event: AppEvent, now: number): Command[] {
    switch (event.type) {
      case 'tick':
        return this.#onTick(now);
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
    for (const [dpid, count] of this.balancer.takeRestored()) this.reconciler.restoredConnections(dpid, count);
    return [
      ...this.health.onTick(this.switches, now),
      ...this.balancer.onTick(this.switches, now),
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
      ...[...this.switches.values()].flatMap(at => this.reconciler.want(at.dpid, 'services', this.#servicesIn(at, config))),
      ...left.flatMap(service => service.servers.flatMap(server => this.balancer.release({ service, server }, 'removed', now))),
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
    this.balancer.maxFlows = config.limits.flowsPerSwitch;
    return left;
  }

  #onSwitch(event: SwitchEvent, now: number): Command[] {
    const isNew = event.type === 'ready' && !this.switches.has(event.at.dpid);
    const at = this.#records.follow(event);
    if (at === undefined) return [];
    switch (event.type) {
      case 'ready':
        return this.#onReady(at, event.installed, isNew, now);
      case 'lost':
        return this.#onLost(at, event.reason, now);
      case 'packetIn':
        return this.#onPacketIn(at, event.message, now);
      case 'flowRemoved':
        return this.#onFlowRemoved(at, event.message, now);
      case 'portStatus':
        return this.#onPortStatus(at, event.message, now);
      case 'reply':
        return this.#onReply(at, event.message, now);
      case 'error':
        return this.#onError(at, event.message, event.explained, now);
    }
  }

  /** Takes over what the switch carries, and gives it what it lacks. `isNew`: its session begins; otherwise it was asked anew. */
  #onReady(at: Switch, installed: Installed, isNew: boolean, now: number): Command[] {
    const { dpid, address, description: reason } = at;
    const isDesired = ({ cookie }: { cookie: bigint }) => readCookie(cookie)?.owner !== 'connection';
    this.health.hurry();
    this.network.onReady(at, installed.flows, now);
    this.reconciler.begin(dpid, { ...installed, flows: installed.flows.filter(isDesired) }, now);
    const sections = [...this.network.sections(at, this.#servicesIn(at, this.#config))];
    return [
      ...this.balancer.onSwitchReady(at, installed.flows, now),
      ...sections.flatMap(([section, state]) => this.reconciler.want(dpid, section, state)),
      ...this.reconciler.settle(dpid),
      ...(isNew ? [log({ ...this.sequence.next('switch', now), dpid, address, state: 'connected', reason })] : []),
      ...this.#onTick(now),
    ];
  }

  #servicesIn(at: Switch, { services }: Config): DesiredState {
    return { flows: this.balancer.flows(services, at) };
  }

  #onLost({ dpid, address }: Switch, reason: string, now: number): Command[] {
    this.health.onSwitchLost(dpid);
    this.network.onLost(dpid);
    this.reconciler.forget(dpid);
    return [log({ ...this.sequence.next('switch', now), dpid, address, state: 'lost', reason })];
  }

  #onPacketIn(at: Switch, { match, data, cookie }: MessageOf<'packetIn'>, now: number): Command[] {
    const { inPort } = match;
    const packet = dissect(data);
    if (typeof inPort !== 'number' || packet.malformed?.layer === 'ethernet') return [];
    const arrival = { at, inPort, frame: data, packet };
    if (readCookie(cookie)?.owner === 'observation') return this.balancer.onObserved(arrival, now);
    const { links, places } = this.network;
    if (links.isDiscovery(packet)) {
      // What was found there is behind another switch.
      if (links.onFrame(at, inPort, packet, now)) this.health.onLink(at.dpid, inPort, now);
      return [];
    }
    if (this.health.isAnswer(packet)) return this.health.onAnswer(at, inPort, packet, now);
    const from = { dpid: at.dpid, port: inPort, mac: packet.ethernet.src };
    const suspected = places.hear(from, now) === 'hearsay' ? this.health.onHearsay(from, now) : [];
    const isForVip = this.services.isForVip(packet);
    places.sight(packet, isForVip);
    if (isForVip) return [...suspected, ...this.balancer.onPacket(arrival, now)];
    return [...suspected, ...answerArp(at, inPort, packet, this.services.vips)];
  }

  #onFlowRemoved(at: Switch, message: MessageOf<'flowRemoved'>, now: number): Command[] {
    const { cookie, reason, match } = message;
    const { ethSrc, inPort } = match;
    const isConnection = readCookie(cookie)?.owner === 'connection';
    if (isConnection || reason !== OFPRR.IDLE_TIMEOUT) this.reconciler.onFlowRemoved(at.dpid, message, now);
    if (isConnection) return this.balancer.onFlowRemoved(at, message, now);
    if (reason !== OFPRR.IDLE_TIMEOUT || typeof ethSrc !== 'string' || typeof inPort !== 'number') return [];
    // Flows of connections pass the learning table by: whoever uses one is there, however silent the table finds it.
    const { places } = this.network;
    if (places.isPinned(ethSrc) || this.balancer.isUsed(at.dpid, ethSrc)) return this.reconciler.renew(at.dpid, message);
    places.forget(at.dpid, ethSrc, inPort);
    return [];
  }

  #onPortStatus(at: Switch, { reason, desc }: MessageOf<'portStatus'>, now: number): Command[] {
    if (reason !== OFPPR.DELETE && isUp(desc)) {
      this.health.hurry();
      this.network.links.hurry();
      return [];
    }
    this.network.onPortGone(at.dpid, desc.portNo);
    return this.health.onPortDown(at.dpid, desc.portNo, now);
  }

  #onReply(at: Switch, message: MessageOf<'multipartReply'>, now: number): Command[] {
    if (message.kind === 'portStats') {
      this.network.rates.take(at.dpid, message.body, now);
      notePortLoads(this.services, at.dpid, port => this.network.rates.of(at.dpid, port));
      return [];
    }
    const { commands, connections } = this.reconciler.onReply(at.dpid, message, now);
    return connections === undefined
      ? [...commands]
      : [...commands, ...this.balancer.onDump(at, connections.flows, connections.askedAt, now)];
  }

  /** A flow of a connection that the switch refuses is the balancer's matter; everything else is for people. */
  #onError(at: Switch, error: MessageOf<'error'>, explained: string, now: number): Command[] {
    if (this.reconciler.isOwn(error)) return [];
    const cookie = refusedCookie(error);
    if (cookie !== undefined && readCookie(cookie)?.owner === 'connection')
      return this.balancer.onFlowRefused(at, cookie, explained, now);
    return [log({ ...this.sequence.next('warning', now), message: `switch ${at.dpid} refused a message: ${explained}` })];
  }
}
