import type { MessageOf } from '../../openflow/index.ts';
import type { Command } from '../core/command.ts';
import type { ServiceConfig } from '../core/config.ts';
import type { Dpid } from '../core/dpid.ts';
import type { EndReason } from '../core/events.ts';
import type { Flow } from '../core/flow.ts';
import type { InstalledFlow, Switch } from '../core/switch.ts';
import type { Tuple } from '../core/tuple.ts';
import type { Member } from '../pool/services.ts';
import type { VirtualService } from '../pool/virtual-service.ts';
import type { Arrival } from './arrival.ts';
import type { ConnectionTable } from './connection-table.ts';

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
  readonly connections: ConnectionTable;
  /** Flows of connections that one switch is given at most. */
  set maxFlows(maxFlows: number);
  /** What a switch should hold for a service before its first connection. */
  flows(service: ServiceConfig, at: Switch): Flow[];
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
  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Command[];
  /** Ends what a server carries. */
  release(member: Member, why: CutReason, now: number): Command[];
  /** What the connections have shown of their servers since this was asked last. */
  takeOutcomes(): readonly ServerOutcome[];
  /** Connections whose flows somebody had deleted and that were put back since this was asked last, by switch. */
  takeRestored(): ReadonlyMap<Dpid, number>;
}
