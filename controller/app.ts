import { type MessageOf, OFPP, OFPPR } from '../openflow/index.ts';
import { ARP_OP } from '../openflow/packet/arp.ts';
import { arpReply } from '../openflow/packet/arp-message.ts';
import { dissect } from '../openflow/packet/dissect.ts';
import type { Packet } from '../openflow/packet/packet.ts';
import { Balancer } from './connections/balancer.ts';
import { serviceFlows } from './connections/service-flows.ts';
import type { Random } from './core/clock.ts';
import { type Command, log, send } from './core/command.ts';
import { changesBetween } from './core/config/changes.ts';
import type { Config } from './core/config.ts';
import type { Dpid } from './core/dpid.ts';
import { entryOf } from './core/entry-of.ts';
import { Sequence } from './core/events.ts';
import { addFlow, barrier, deleteByCookie, type Flow, packetOut, refusedCookie } from './core/flow.ts';
import { flowDifference } from './core/flow-difference.ts';
import { cookieMask, cookieOf, readCookie } from './core/pipeline.ts';
import { type InstalledFlow, isUp, type Switch } from './core/switch.ts';
import type { SwitchEvent } from './core/switch-event.ts';
import type { ExternalOutcome, ExternalProbe } from './health/external-probe.ts';
import type { Findings, HealthChange } from './health/findings.ts';
import { Monitor } from './health/monitor.ts';
import type { Target } from './health/target.ts';
import { floodFlow, switchingFlows } from './network/forwarding.ts';
import { Hosts } from './network/hosts.ts';
import { Links } from './network/links.ts';
import { PortRates } from './network/port-rates.ts';
import { type Member, Services } from './pool/services.ts';
import type { VirtualService } from './pool/virtual-service.ts';
import { builtIn, type StrategyBook } from './strategies/book.ts';
import { roundsIn } from './switches/round.ts';

/** How often the deciders are to see the time. */
export const TICK_MS = 50;
/** How often the switches are asked for the counters of their ports. */
export const STATISTICS_EVERY_MS = 2000;

/**
 * The controller without its sockets: events in, commands out, in the order in which the parts get to see a packet. Time
 * and chance are arguments, so the same events give the same commands.
 */
export class App {
  readonly sequence = new Sequence();
  readonly services = new Services();
  readonly #switches = new Map<Dpid, Switch>();
  readonly #hosts = new Hosts();
  readonly #rates = new PortRates();
  readonly #links: Links;
  readonly #monitor: Monitor;
  readonly #balancer: Balancer;
  /** Services that were told to be other than up. */
  readonly #troubled = new Map<string, 'panic' | 'down'>();
  readonly #panics = new Set<string>();
  #statisticsAt = 0;
  #config: Config;
  #book: StrategyBook;

  constructor(config: Config, random: Random, book: StrategyBook = builtIn) {
    this.#config = config;
    this.#book = book;
    this.#links = new Links(random);
    this.#monitor = new Monitor(random, (dpid, port) => this.#links.isBetweenSwitches(dpid, port));
    this.#balancer = new Balancer(this.services, (dpid, mac) => this.#hosts.portOf(dpid, mac), this.sequence, random);
    this.#take(config, 0);
  }

  /** The configuration in force. */
  get config(): Config {
    return this.#config;
  }

  get switches(): ReadonlyMap<Dpid, Switch> {
    return this.#switches;
  }

  get balancer(): Balancer {
    return this.#balancer;
  }

  /** Which switches are joined. */
  get links(): Links {
    return this.#links;
  }

  /** What passes through the switches' ports. */
  get rates(): PortRates {
    return this.#rates;
  }

  /** Where hosts are, as the switches' frames told. */
  get hosts(): Hosts {
    return this.#hosts;
  }

  /** How a service is as a whole, as the log told last. */
  stateOf({ name }: VirtualService): 'up' | 'panic' | 'down' {
    return this.#troubled.get(name) ?? 'up';
  }

  /** Living connections. */
  get connections(): number {
    return this.#balancer.size;
  }

  handle(event: SwitchEvent, now: number): Command[] {
    const commands = this.#handle(event, now);
    const outcomes = this.#balancer.takeOutcomes();
    if (outcomes.length === 0) return commands;
    const found = outcomes.map(({ id, outcome }) => this.#monitor.onOutcome(id, outcome, now));
    return [...commands, ...found.flatMap(findings => this.#onHealth(findings, now))];
  }

  /** To be called every `TICK_MS`: probes and whatever waits for its time. */
  onTick(now: number): Command[] {
    return [
      ...this.#onHealth(this.#monitor.onTick(this.#switches, now), now),
      ...this.#balancer.onTick(this.#switches, now),
      ...this.#askStatistics(now),
      ...this.#links.onTick(this.#switches, now),
    ];
  }

  /**
   * Takes another configuration and applies the difference: living connections stay, but for those of services that are gone and of
   * servers in maintenance. `source` is who asks for it, for the log.
   */
  configure(config: Config, source: string, now: number, book: StrategyBook = this.#book): Command[] {
    const changes = changesBetween(this.#config, config);
    const flowsBefore = new Map([...this.#switches.values()].map(at => [at, this.#baseFlows(at)]));
    this.#config = config;
    this.#book = book;
    const { left, found } = this.#take(config, now);
    for (const { name } of left) this.#troubled.delete(name);
    return [
      ...[...flowsBefore].flatMap(([at, before]) => flowDifference(at.dpid, before, this.#baseFlows(at))),
      ...left.flatMap(service => service.servers.flatMap(server => this.#balancer.release({ service, server }, 'removed', now))),
      ...this.#inMaintenance().flatMap(member => this.#balancer.release(member, 'maintenance', now)),
      log({ ...this.sequence.next('config', now), state: 'applied', source, changes }),
      ...this.#onHealth(found, now),
      ...this.services.list.flatMap(service => this.#judge(service, now)),
    ];
  }

  #handle(event: SwitchEvent, now: number): Command[] {
    switch (event.type) {
      case 'ready':
        return this.#onReady(event.at, event.installed, event.description, now);
      case 'lost':
        return this.#onLost(event.at, event.reason, now);
      case 'packetIn':
        return this.#onPacketIn(event.at, event.message, now);
      case 'flowRemoved':
        return this.#onFlowRemoved(event.at, event.message, now);
      case 'portStatus':
        return this.#onPortStatus(event.at, event.message, now);
      case 'statistics':
        return this.#onStatistics(event.at, event.message, now);
      case 'error':
        return this.#onError(event.at, event.message, event.explained, now);
    }
  }

  /** Probes that are to be made from the controller's own sockets; each is given once. */
  externalProbes(): readonly ExternalProbe[] {
    return this.#monitor.externalDue();
  }

  /** What such a probe came to. */
  onExternal(id: string, { ok, ms, reason }: ExternalOutcome, now: number): Command[] {
    return this.#onHealth(this.#monitor.onExternal(id, ok, ms, reason, now), now);
  }

  /** Everything that follows from a configuration, but for what is in the switches; gives the services that left. */
  #take(config: Config, now: number): { left: readonly VirtualService[]; found: Findings } {
    const { services: left } = this.services.configure(config.services, this.#book);
    this.#hosts.setVirtualMacs(this.services.vips.values());
    this.#balancer.maxFlows = config.limits.flowsPerSwitch;
    const targets = [...this.services.members].map(([id, member]) => targetOf(id, member));
    for (const { service, server } of this.#inMaintenance()) {
      // It is not watched: whether it is there is found out when it comes back.
      server.health = 'unknown';
      server.reason = 'in maintenance';
      service.refresh();
    }
    return { left, found: this.#monitor.setTargets(targets, now) };
  }

  #inMaintenance(): Member[] {
    return [...this.services.members.values()].filter(({ server }) => server.config.state === 'maintenance');
  }

  #baseFlows(at: Switch): Flow[] {
    const { round } = at;
    return [...switchingFlows(round), ...serviceFlows(this.#config.services, at), floodFlow(round)];
  }

  /** Installs what every switch needs, takes over what it carries, and only then removes what is left of earlier sessions. */
  #onReady(at: Switch, installed: readonly InstalledFlow[], description: string, now: number): Command[] {
    this.#switches.set(at.dpid, at);
    this.#monitor.hurry();
    this.#links.hurry();
    const line = { dpid: at.dpid, address: at.address, state: 'connected' as const, reason: description };
    return [
      ...this.#balancer.onSwitchReady(at, installed, now),
      ...this.#baseFlows(at).map(flow => addFlow(at.dpid, flow)),
      ...this.#hosts.adopt(at, installed),
      barrier(at.dpid),
      ...[...roundsIn(installed)].flatMap(round => staleFlows(at.dpid, round)),
      log({ ...this.sequence.next('switch', now), ...line }),
      ...this.onTick(now),
    ];
  }

  #onLost(at: Switch, reason: string, now: number): Command[] {
    if (this.#switches.get(at.dpid) === at) {
      this.#switches.delete(at.dpid);
      this.#monitor.onSwitchLost(at.dpid);
      this.#rates.forget(at.dpid);
      this.#links.forget(at.dpid);
    }
    return [log({ ...this.sequence.next('switch', now), dpid: at.dpid, address: at.address, state: 'lost', reason })];
  }

  #onPacketIn(at: Switch, { match, data, cookie }: MessageOf<'packetIn'>, now: number): Command[] {
    const inPort = match.inPort;
    if (typeof inPort !== 'number') return [];
    const packet = dissect(data);
    if (packet.malformed?.layer === 'ethernet') return [];
    const arrival = { at, inPort, frame: data, packet };
    if (readCookie(cookie)?.owner === 'observation') return this.#balancer.onObserved(arrival, now);
    if (this.#links.isDiscovery(packet)) {
      // What was found there is behind another switch.
      if (this.#links.onFrame(at, inPort, packet, now)) this.#monitor.onLink(at.dpid, inPort, now);
      return [];
    }
    if (this.#monitor.isAnswer(packet)) {
      const found = this.#monitor.onAnswer(at, inPort, packet, now);
      return [...this.#hosts.learn(at, packet.ethernet.src, inPort), ...this.#onHealth(found, now)];
    }
    const learnt = this.#hosts.learn(at, packet.ethernet.src, inPort);
    const isForVip = this.services.isForVip(packet);
    this.#hosts.sight(packet, isForVip);
    if (isForVip) return [...learnt, ...this.#balancer.onPacket(arrival, now)];
    return [...learnt, ...this.#onArp(at, inPort, packet)];
  }

  /** A request for a VIP, on switches that cannot answer it themselves. */
  #onArp(at: Switch, inPort: number, { arp }: Packet): Command[] {
    const mac = arp?.op === ARP_OP.REQUEST ? this.services.vips.get(arp.tpa) : undefined;
    if (arp === undefined || mac === undefined) return [];
    const frame = arpReply({ senderMac: mac, senderIp: arp.tpa, targetMac: arp.sha, targetIp: arp.spa });
    return [packetOut(at.dpid, inPort, [{ type: 'output', port: OFPP.IN_PORT }], frame)];
  }

  #onFlowRemoved(at: Switch, message: MessageOf<'flowRemoved'>, now: number): Command[] {
    const cookie = readCookie(message.cookie);
    if (cookie?.owner === 'connection') return this.#balancer.onFlowRemoved(at, message, now);
    const { ethSrc, inPort } = message.match;
    const isCurrent = cookie?.owner === 'forwarding' && cookie.round === at.round;
    return isCurrent && typeof ethSrc === 'string' && typeof inPort === 'number' ? this.#hosts.forget(at, ethSrc, inPort) : [];
  }

  /** A flow of a connection that the switch refuses is the balancer's matter; everything else is for people. */
  #onError(at: Switch, error: MessageOf<'error'>, explained: string, now: number): Command[] {
    const cookie = refusedCookie(error);
    if (cookie !== undefined && readCookie(cookie)?.owner === 'connection')
      return this.#balancer.onFlowRefused(at, cookie, explained, now);
    return [log({ ...this.sequence.next('warning', now), message: `switch ${at.dpid} refused a message: ${explained}` })];
  }

  #onPortStatus(at: Switch, { reason, desc }: MessageOf<'portStatus'>, now: number): Command[] {
    if (reason !== OFPPR.DELETE && isUp(desc)) {
      this.#monitor.hurry();
      this.#links.hurry();
      return [];
    }
    this.#links.forget(at.dpid, desc.portNo);
    const found = this.#monitor.onPortDown(at.dpid, desc.portNo, now);
    return [...this.#hosts.forgetPort(at, desc.portNo), ...this.#onHealth(found, now)];
  }

  #askStatistics(now: number): Command[] {
    if (now - this.#statisticsAt < STATISTICS_EVERY_MS) return [];
    this.#statisticsAt = now;
    return [...this.#switches.keys()].map(dpid => send(dpid, { type: 'multipartRequest', kind: 'portStats' }));
  }

  /** What passes through a server's port is its load; servers behind one port share it. */
  #onStatistics(at: Switch, message: MessageOf<'multipartReply'>, now: number): Command[] {
    if (message.kind !== 'portStats') return [];
    this.#rates.take(at.dpid, message.body, now);
    const here = [...this.services.members.values()].filter(({ server: { location } }) => location?.dpid === at.dpid);
    const sharing = new Map<number, Set<string>>();
    for (const { server } of here) entryOf(sharing, server.location!.port, () => new Set()).add(server.config.ip);
    for (const { service, server } of here) {
      const { port } = server.location!;
      const { rx, tx } = this.#rates.of(at.dpid, port);
      server.bytesPerSecond = (rx + tx) / sharing.get(port)!.size;
      service.changed(server);
    }
    return [];
  }

  #onHealth({ commands, changes, samples, notices, panics }: Findings, now: number): Command[] {
    for (const { id, ms } of samples) {
      const { service, server } = this.services.member(id)!;
      service.answered(server, ms, now);
    }
    for (const { group, on } of panics) {
      if (on) this.#panics.add(group);
      else this.#panics.delete(group);
    }
    const lines = changes.flatMap(change => this.#onHealthChange(this.services.member(change.id)!, change, now));
    const warnings = notices.map(message => log({ ...this.sequence.next('warning', now), message }));
    const touched = new Set([
      ...changes.map(({ id }) => this.services.member(id)!.service),
      ...panics.flatMap(({ group }) => this.services.named(group) ?? []),
    ]);
    return [...commands, ...lines, ...warnings, ...[...touched].flatMap(service => this.#judge(service, now))];
  }

  /** A server that went down takes its connections with it; one that comes back grows into its share. */
  #onHealthChange(member: Member, { state, location, reason }: HealthChange, now: number): Command[] {
    const { service, server } = member;
    const before = server.health;
    server.health = state;
    server.location = location;
    server.reason = reason;
    server.since = now;
    service.refresh();
    if (before !== 'up' && state === 'up' && server.chosen > 0) service.grow(server, now);
    const entry = { service: service.name, server: server.name, state, reason };
    const line = log({ ...this.sequence.next('server', now), ...entry });
    return before === 'up' && state === 'down' ? [line, ...this.#balancer.release(member, 'server-down', now)] : [line];
  }

  /** Tells when a service as a whole gets into trouble, and when that is over. */
  #judge(service: VirtualService, now: number): Command[] {
    const { name, candidates, servers } = service;
    const isKnown = servers.some(({ health }) => health !== 'unknown');
    const state = isKnown && candidates.length === 0 ? 'down' : this.#panics.has(name) ? 'panic' : 'up';
    if ((this.#troubled.get(name) ?? 'up') === state) return [];
    if (state === 'up') this.#troubled.delete(name);
    else this.#troubled.set(name, state);
    const counted = `${candidates.length} of ${servers.length} servers take new connections`;
    const reason = state === 'panic' ? `servers whose probes fail are kept in use: ${counted}` : counted;
    return [log({ ...this.sequence.next('service', now), service: name, state, reason })];
  }
}

function targetOf(id: string, { service, server }: Member): Target {
  const { name: group, protocol, vip, mac: vipMac, health, panicThreshold } = service.config;
  const { ip, port, state } = server.config;
  return { id, group, ip, port, protocol, vip, vipMac, health, panicThreshold, paused: state === 'maintenance' };
}

/** What an earlier session left; its connections end by themselves. */
function staleFlows(dpid: Dpid, round: number): Command[] {
  return (['base', 'forwarding', 'observation'] as const).map(owner =>
    deleteByCookie(dpid, cookieOf({ round, owner }), cookieMask('round', 'owner')),
  );
}
