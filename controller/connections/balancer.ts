import type { Random } from '../core/clock.ts';
import type { Command } from '../core/command.ts';
import type { ServiceConfig } from '../core/config.ts';
import type { Dpid } from '../core/dpid.ts';
import type { Sequence } from '../core/events.ts';
import type { Flow } from '../core/flow.ts';
import type { Switch } from '../core/switch.ts';
import { endKey, tupleOf } from '../core/tuple.ts';
import type { Services } from '../pool/services.ts';
import type { Arrival } from './arrival.ts';
import type { Carrier, ServerOutcome } from './carrier.ts';
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

  /** The way in which connections are carried: one for now. */
  get carrier(): Carrier {
    return this.#exact;
  }

  /** What the services need in a switch before the first connection. */
  flows(services: readonly ServiceConfig[], at: Switch): Flow[] {
    return [...vipFlows(services, at), ...services.flatMap(service => this.#exact.flows(service, at))];
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
    return this.carrier.onPacket(arrival, tuple, service, now);
  }
}

const NONE: readonly ServerOutcome[] = [];
