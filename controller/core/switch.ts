import { type MessageOf, OFPPC, OFPPS, type Port } from '../../openflow/index.ts';
import type { Dpid } from './dpid.ts';

/** What a switch can do beyond the core of OpenFlow 1.3. Each was asked of the switch in its handshake; nothing is assumed. */
export interface Capabilities {
  /** Flows match TCP flags (ONF EXT-109). */
  readonly tcpFlags: boolean;
  /** `fin_timeout` shortens a flow when its connection closes. */
  readonly finTimeout: boolean;
  /** Bits are moved between fields and registers. */
  readonly registers: boolean;
  /** Flows write flows. */
  readonly learn: boolean;
  /** Messages take effect at one moment or not at all (ONF EXT-230). */
  readonly bundles: boolean;
  readonly selectGroups: boolean;
  readonly meters: boolean;
  /** It carries messages out in their order, also without barriers. */
  readonly keepsOrder: boolean;
}

/** A connected switch, as the deciders see it: a record that follows what the switch reports (`switches/record.ts`). */
export interface Switch {
  readonly dpid: Dpid;
  /** Where its OpenFlow connection comes from. */
  readonly address: string;
  /** What it says that it is. */
  readonly description: string;
  readonly can: Capabilities;
  /** Part of the cookies of this session's connections; differs from every round found in the switch. */
  readonly round: number;
  readonly ports: ReadonlyMap<number, Port>;
}

/** Whether frames pass through a port, as far as the switch says. */
export function isUp({ config, state }: Pick<Port, 'config' | 'state'>): boolean {
  return (config & OFPPC.PORT_DOWN) === 0 && (state & OFPPS.LINK_DOWN) === 0;
}

type ReplyBody<K> = Extract<MessageOf<'multipartReply'>, { kind: K }>['body'];

export type InstalledFlow = ReplyBody<'flow'>[number];
export type InstalledGroup = ReplyBody<'groupDesc'>[number];
export type InstalledMeter = ReplyBody<'meterConfig'>[number];

/** What a switch holds: flows with our cookie, and all groups and meters. */
export interface Installed {
  readonly flows: readonly InstalledFlow[];
  readonly groups: readonly InstalledGroup[];
  readonly meters: readonly InstalledMeter[];
}
