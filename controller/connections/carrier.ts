import type { MessageOf } from '../../openflow/index.ts';
import type { Command } from '../core/command.ts';
import type { ServiceConfig } from '../core/config.ts';
import type { Dpid } from '../core/dpid.ts';
import type { EndReason } from '../core/events.ts';
import type { Flow } from '../core/flow.ts';
import type { InstalledFlow, Switch } from '../core/switch.ts';
import type { Tuple } from '../core/tuple.ts';
import type { Server } from '../pool/server.ts';
import type { Member } from '../pool/services.ts';
import type { VirtualService } from '../pool/virtual-service.ts';
import type { Arrival } from './arrival.ts';
import type { Connection } from './connection.ts';

/** Why connections are ended by us, while they live. */
export const CUTS = ['replaced', 'server-down', 'maintenance', 'removed'] as const satisfies readonly EndReason[];
export type CutReason = (typeof CUTS)[number];

/** What a connection showed of its server. */
export type Outcome = 'answered' | 'refused' | 'silent';

/** The same with its server, by the id under which it is watched. */
export interface ServerOutcome {
  readonly id: string;
  readonly outcome: Outcome;
}

/**
 * How the connections of a service are carried by the switches. Who gets which server is the pool's matter (`pool/choice.ts`), which
 * knows nothing of flows. `exact` has two flows for each connection; other ways come beside it.
 */
export interface Carrier {
  /** Living connections, and those that have just closed. */
  readonly size: number;
  /** What a switch should hold for a service before its first connection. */
  flows(service: ServiceConfig, at: Switch): Flow[];
  /** Flows of connections that a switch should hold now. */
  flowsOf(dpid: Dpid): number;
  connections(): Iterable<Connection>;
  /** The living connection that a server has for longest. */
  oldestOf(server: Server): Connection | undefined;
  /** Whether a host takes part in a connection of a switch. */
  isUsed(dpid: Dpid, mac: string): boolean;
  /** A packet for a VIP that no flow carried; undefined service: nothing is configured there. */
  onPacket(arrival: Arrival, tuple: Tuple, service: VirtualService | undefined, now: number): Command[];
  /** A segment that was copied on its way. */
  onObserved(arrival: Arrival, now: number): Command[];
  /** A flow of a connection is gone, with its counters. */
  onFlowRemoved(at: Switch, removed: MessageOf<'flowRemoved'>, now: number): Command[];
  /** A switch refused a flow of a connection. */
  onFlowRefused(at: Switch, cookie: bigint, explained: string, now: number): Command[];
  /** Takes over what the switch still carries, and gives back what it lost. */
  onSwitchReady(at: Switch, installed: readonly InstalledFlow[], now: number): Command[];
  /** The flows of connections that a switch held at a time: records whose flows have gone without a report go, too. */
  onDump(at: Switch, installed: readonly InstalledFlow[], askedAt: number, now: number): Command[];
  /** Other services or servers are configured. */
  onConfig(): void;
  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Command[];
  /** Ends what a server carries. */
  release(member: Member, why: CutReason, now: number): Command[];
}
