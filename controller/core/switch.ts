import type { MessageOf, Port } from '../../openflow/index.ts';
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
  /** Marks the flows of this session's base tables; differs from every generation found in the switch. */
  readonly generation: number;
  readonly ports: ReadonlyMap<number, Port>;
}

/** What a switch held when its session began. */
export type InstalledFlow = Extract<MessageOf<'multipartReply'>, { kind: 'flow' }>['body'][number];
