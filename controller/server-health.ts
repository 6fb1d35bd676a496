import type { Packet } from '../openflow/packet/packet.ts';
import type { Balancer } from './connections/balancer.ts';
import type { ServerOutcome } from './connections/carrier.ts';
import type { Random } from './core/clock.ts';
import { type Command, log } from './core/command.ts';
import type { Dpid } from './core/dpid.ts';
import type { Sequence } from './core/events.ts';
import type { ExternalOutcome } from './core/external-probe.ts';
import type { Place } from './core/place.ts';
import type { Switch } from './core/switch.ts';
import type { Findings, HealthChange } from './health/findings.ts';
import { Monitor } from './health/monitor.ts';
import type { Target } from './health/target.ts';
import type { IsLink, Places } from './network/places.ts';
import { idOf, type Member, type Services } from './pool/services.ts';
import type { VirtualService } from './pool/virtual-service.ts';

/** How a service is as a whole. */
export type ServiceState = 'up' | 'panic' | 'down';

/** Joins the health checks to the pool: what they find out changes servers, ends connections, and is logged. */
export class ServerHealth {
  readonly monitor: Monitor;
  readonly #services: Services;
  readonly #balancer: Balancer;
  readonly #sequence: Sequence;
  /** Services that were logged as other than up. */
  readonly #troubled = new Map<VirtualService, Exclude<ServiceState, 'up'>>();
  readonly #panics = new Set<string>();

  constructor(services: Services, balancer: Balancer, places: Places, isLink: IsLink, sequence: Sequence, random: Random) {
    this.#services = services;
    this.#balancer = balancer;
    this.#sequence = sequence;
    this.monitor = new Monitor(random, places, isLink);
  }

  /** As the log had it last. */
  stateOf(service: VirtualService): ServiceState {
    return this.#troubled.get(service) ?? 'up';
  }

  /** Watches the servers of the services as they are now. */
  watch(now: number): Command[] {
    const targets = [...this.#services.watched].map(([id, member]) => targetOf(id, member));
    for (const { service, server } of this.#inMaintenance()) {
      // It is not watched: whether it is there is found out when it comes back.
      server.health = 'unknown';
      server.reason = 'in maintenance';
      service.refresh();
    }
    return this.#follow(this.monitor.setTargets(targets, now), now);
  }

  /** Other servers are in maintenance, and other services are there: connections of the former end, and the latter may be up or down. */
  settle(left: readonly VirtualService[], now: number): Command[] {
    for (const service of left) this.#troubled.delete(service);
    return [
      ...this.#inMaintenance().flatMap(member => this.#balancer.carrier.release(member, 'maintenance', now)),
      ...this.#services.list.flatMap(service => this.#judge(service, now)),
    ];
  }

  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Command[] {
    const watched = this.#services.refreshWatched() ? this.watch(now) : [];
    return [...watched, ...this.#follow(this.monitor.onTick(switches, now), now)];
  }

  onAnswer(at: Switch, port: number, packet: Packet, now: number): Command[] {
    return this.#follow(this.monitor.onAnswer(at, port, packet, now), now);
  }

  /** A frame with a server's MAC address came from elsewhere. */
  onHearsay(from: Place, now: number): Command[] {
    return this.#follow(this.monitor.onHearsay(from, now), now);
  }

  onPortDown(dpid: Dpid, port: number, now: number): Command[] {
    return this.#follow(this.monitor.onPortDown(dpid, port, now), now);
  }

  /** What connections of clients showed of their servers. */
  onOutcomes(outcomes: readonly ServerOutcome[], now: number): Command[] {
    const found = outcomes.map(({ id, outcome }) => this.monitor.onOutcome(id, outcome, now));
    return found.flatMap(findings => this.#follow(findings, now));
  }

  /** What a probe from the controller's own sockets came to. */
  onProbed(id: string, outcome: ExternalOutcome, now: number): Command[] {
    return this.#follow(this.monitor.onExternal(id, outcome, now), now);
  }

  #inMaintenance(): Member[] {
    return [...this.#services.members.values()].filter(({ server }) => server.config.state === 'maintenance');
  }

  #follow({ commands, changes, samples, notices, panics }: Findings, now: number): Command[] {
    for (const { id, ms } of samples) {
      const { service, server } = this.#services.watched.get(id)!;
      service.answered(server, ms, now);
    }
    for (const { group, on } of panics) {
      if (on) this.#panics.add(group);
      else this.#panics.delete(group);
    }
    const lines = changes.flatMap(change => this.#onChange(this.#services.watched.get(change.id)!, change, now));
    const warnings = notices.map(message => log({ ...this.#sequence.next('warning', now), message }));
    const touched = new Set([
      ...changes.map(({ id }) => this.#services.watched.get(id)!.service),
      ...panics.flatMap(({ group }) => this.#services.named(group) ?? []),
    ]);
    return [...commands, ...lines, ...warnings, ...[...touched].flatMap(service => this.#judge(service, now))];
  }

  /** A server that went down takes its connections with it; one that comes back grows into its share. */
  #onChange(member: Member, { state, place, reason }: HealthChange, now: number): Command[] {
    const { service, server } = member;
    const before = server.health;
    server.health = state;
    server.place = place;
    server.reason = reason;
    server.since = now;
    service.refresh();
    if (before !== 'up' && state === 'up' && server.chosen > 0) service.grow(server, now);
    const line = log({ ...this.#sequence.next('server', now), service: service.name, server: server.name, state, reason });
    return before === 'up' && state === 'down' ? [line, ...this.#balancer.carrier.release(member, 'server-down', now)] : [line];
  }

  /** Logs when a service as a whole gets into trouble, and when that is over. */
  #judge(service: VirtualService, now: number): Command[] {
    const { name, candidates, servers } = service;
    const isKnown = servers.some(({ health }) => health !== 'unknown');
    const state = isKnown && candidates.length === 0 ? 'down' : this.#panics.has(name) ? 'panic' : 'up';
    if (this.stateOf(service) === state) return [];
    if (state === 'up') this.#troubled.delete(service);
    else this.#troubled.set(service, state);
    const counted = `${candidates.length} of ${servers.length} servers take new connections`;
    const reason = state === 'panic' ? `servers whose probes fail are kept in use: ${counted}` : counted;
    return [log({ ...this.#sequence.next('service', now), service: name, state, reason })];
  }
}

function targetOf(id: string, member: Member): Target {
  const { service, server } = member;
  const { name, protocol, vip, mac: vipMac, health, panicThreshold } = service.config;
  const { ip, port, state } = server.config;
  const isRetired = !service.servers.includes(server);
  // One that left does not count among those that are in use.
  const group = isRetired ? { group: `${name} (left)`, panicThreshold: 0 } : { group: name, panicThreshold };
  return { id, name: idOf(service, server), ...group, ip, port, protocol, vip, vipMac, health, paused: state === 'maintenance' };
}
