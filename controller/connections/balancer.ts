import type { Random } from '../core/clock.ts';
import type { Command } from '../core/command.ts';
import type { ServiceConfig } from '../core/config.ts';
import type { Sequence } from '../core/events.ts';
import type { Flow } from '../core/flow.ts';
import type { Switch } from '../core/switch.ts';
import { endKey, tupleOf } from '../core/tuple.ts';
import type { Services } from '../pool/services.ts';
import type { Arrival } from './arrival.ts';
import type { Carrier } from './carrier.ts';
import { Exact } from './exact/exact.ts';
import type { PortOf } from './exact/lifetimes.ts';
import { Refusal } from './refusal.ts';
import { vipFlows } from './vip-flows.ts';

/** Packets for VIPs find their service, and the way in which it is carried. */
export class Balancer {
  readonly #services: Services;
  readonly #refusal = new Refusal();
  /** The way in which connections are carried: one for now. */
  readonly carrier: Carrier;

  constructor(services: Services, portOf: PortOf, sequence: Sequence, random: Random) {
    this.#services = services;
    this.carrier = new Exact({ services, portOf, refusal: this.#refusal, sequence, random });
  }

  /** Living connections, and those that have just closed. */
  get size(): number {
    return this.carrier.connections.size;
  }

  /** What the services need in a switch before the first connection. */
  flows(services: readonly ServiceConfig[], at: Switch): Flow[] {
    return [...vipFlows(services, at), ...services.flatMap(service => this.carrier.flows(service, at))];
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
