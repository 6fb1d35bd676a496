import type { MessageOf } from '../../openflow/index.ts';
import type { Random } from '../core/clock.ts';
import type { Command } from '../core/command.ts';
import type { ServiceConfig } from '../core/config.ts';
import type { Dpid } from '../core/dpid.ts';
import type { Sequence } from '../core/events.ts';
import type { Flow } from '../core/flow.ts';
import type { InstalledFlow, Switch } from '../core/switch.ts';
import { endKey, tupleOf } from '../core/tuple.ts';
import type { Server } from '../pool/server.ts';
import type { Member, Services } from '../pool/services.ts';
import type { Arrival } from './arrival.ts';
import type { Carrier, CutReason, ServerOutcome } from './carrier.ts';
import type { Connection } from './connection.ts';
import { Exact } from './exact/exact.ts';
import type { PortOf } from './exact/lifetimes.ts';
import { Refusal } from './refusal.ts';
import { vipFlows } from './vip-flows.ts';

/** Packets for VIPs find their service, and the way in which it is carried. */
export class Balancer {
  readonly #services: Services;
  readonly #refusal = new Refusal();
  readonly #exact: Exact;
  #outcomes: ServerOutcome[] = [];

  constructor(services: Services, portOf: PortOf, sequence: Sequence, random: Random) {
    this.#services = services;
    const onOutcome = (outcome: ServerOutcome) => this.#outcomes.push(outcome);
    this.#exact = new Exact({ services, portOf, refusal: this.#refusal, sequence, random, onOutcome });
  }

  /** Living connections, and those that have just closed. */
  get size(): number {
    return this.#exact.size;
  }

  /** Flows of connections that one switch is given at most. */
  set maxFlows(maxFlows: number) {
    this.#exact.maxFlows = maxFlows;
  }

  connections(): Iterable<Connection> {
    return this.#exact.connections();
  }

  /** The living connection that a server has for longest. */
  oldestOf(server: Server): Connection | undefined {
    return this.#exact.oldestOf(server);
  }

  /** What the services need in a switch before the first connection. */
  flows(services: readonly ServiceConfig[], at: Switch): Flow[] {
    return [...vipFlows(services, at), ...services.flatMap(service => this.#exact.flows(service, at))];
  }

  /** Flows of connections that a switch should hold now. */
  flowsOf(dpid: Dpid): number {
    return this.#exact.flowsOf(dpid);
  }

  /** Whether a host takes part in a connection of a switch. */
  isUsed(dpid: Dpid, mac: string): boolean {
    return this.#exact.isUsed(dpid, mac);
  }

  /** What the connections have shown of their servers since this was asked last. */
  takeOutcomes(): readonly ServerOutcome[] {
    if (this.#outcomes.length === 0) return NONE;
    const taken = this.#outcomes;
    this.#outcomes = [];
    return taken;
  }

  /** Connections whose flows somebody had deleted and that were put back since this was asked last, by switch. */
  takeRestored(): ReadonlyMap<Dpid, number> {
    return this.#exact.takeRestored();
  }

  /** A packet for a VIP that no flow carried. */
  onPacket(arrival: Arrival, now: number): Command[] {
    const { at, inPort, packet } = arrival;
    if (packet.icmp !== undefined) return this.#refusal.echo(at, inPort, packet, now);
    const tuple = tupleOf(packet);
    if (tuple === undefined) return [];
    const service = this.#services.at(endKey(tuple.protocol, tuple.dst, tuple.dstPort));
    return this.#carrier.onPacket(arrival, tuple, service, now);
  }

  /** A segment that was copied on its way: from a server to a client, or from a client to a VIP. */
  onObserved(arrival: Arrival, now: number): Command[] {
    return this.#carrier.onObserved(arrival, now);
  }

  /** A flow of a connection is gone, with its counters. */
  onFlowRemoved(at: Switch, removed: MessageOf<'flowRemoved'>, now: number): Command[] {
    return this.#carrier.onFlowRemoved(at, removed, now);
  }

  /** A switch refused a flow of a connection. */
  onFlowRefused(at: Switch, cookie: bigint, explained: string, now: number): Command[] {
    return this.#carrier.onFlowRefused(at, cookie, explained, now);
  }

  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Command[] {
    return this.#carrier.onTick(switches, now);
  }

  /** Takes over what the switch still carries, and gives back what it lost. */
  onSwitchReady(at: Switch, installed: readonly InstalledFlow[], now: number): Command[] {
    return this.#carrier.onSwitchReady(at, installed, now);
  }

  /** The flows of connections that a switch held at a time. */
  onDump(at: Switch, installed: readonly InstalledFlow[], askedAt: number, now: number): Command[] {
    return this.#carrier.onDump(at, installed, askedAt, now);
  }

  /** Ends what a server carries: clients are told, and those of UDP get another server with their next packet. */
  release(member: Member, why: CutReason, now: number): Command[] {
    return this.#carrier.release(member, why, now);
  }

  /** The way in which connections are carried: one for now. */
  get #carrier(): Carrier {
    return this.#exact;
  }
}

const NONE: readonly ServerOutcome[] = [];
