import { type MessageOf, OFPPC, OFPPS, type Port } from '../../openflow/index.ts';
import type { Dpid } from './dpid.ts';

/** A connected switch, as the deciders see it. */
export interface Switch {
  readonly dpid: Dpid;
  /** Where its OpenFlow connection comes from. */
  readonly address: string;
  /** It has Open vSwitch's extensions: `fin_timeout`, register moves, `tcp_flags`. Its description says so, nothing is assumed. */
  readonly isOpenVswitch: boolean;
  /** Flows can be exchanged in one moment (ONF EXT-230). */
  readonly hasBundles: boolean;
  /** Marks the flows of this session's base tables; differs from every round found in the switch. */
  readonly round: number;
  readonly ports: ReadonlyMap<number, Port>;
}

/** Whether frames pass through a port, as far as the switch says. */
export function isUp({ config, state }: Pick<Port, 'config' | 'state'>): boolean {
  return (config & OFPPC.PORT_DOWN) === 0 && (state & OFPPS.LINK_DOWN) === 0;
}

/** What a switch held when its session began. */
export type InstalledFlow = Extract<MessageOf<'multipartReply'>, { kind: 'flow' }>['body'][number];
