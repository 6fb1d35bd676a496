import type { Codec } from '../wire/codec.ts';
import { list, nested } from '../wire/list.ts';
import { pad, rest, u8, u16, u32 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { type Tagged, type TaggedInput, tlv } from '../wire/union.ts';
import { ACTIONS } from './actions.ts';
import { REPLY } from './errors.ts';
import { fieldRef } from './field-ref.ts';
import { NICIRA_SIMPLE_ACTIONS } from './nicira-actions.ts';
import { bundle, decTtlCntIds } from './nicira-bundle.ts';
import { type CtZone, ctZone, NX_CT_RECIRC_NONE, nat } from './nicira-conntrack.ts';
import { learn, learn2 } from './nicira-learn.ts';
import { NICIRA } from './nxm.ts';

/** What `controller2` asks for beside the packet (NXAC2PT_*). */
export const CONTROLLER2_PROPERTIES = {
  maxLen: [0, struct({ maxLen: u16, _pad: pad(2) })],
  controllerId: [1, struct({ controllerId: u16, _pad: pad(2) })],
  reason: [2, struct({ reason: u8 })],
  userdata: [3, struct({ data: rest })],
  pause: [4, struct({})],
  meterId: [5, struct({ meterId: u32 })],
} as const;

const controller2Properties = list(tlv(CONTROLLER2_PROPERTIES, { padding: 'outside', badLength: REPLY.action }));

/** Open vSwitch's actions that hold no others. */
const NICIRA_FLAT_ACTIONS = {
  ...NICIRA_SIMPLE_ACTIONS,
  bundle: [12, bundle],
  bundleLoad: [13, bundle],
  learn: [16, learn],
  decTtlCntIds: [21, decTtlCntIds],
  nat: [36, nat],
  controller2: [37, struct({ _pad: pad(6), properties: controller2Properties })],
  learn2: [45, learn2],
  encap: [46, struct({ hdrSize: defaulted(u16, 0), newPktType: u32, props: defaulted(rest, new Uint8Array(0)) })],
  decap: [47, struct({ _pad: pad(2), newPktType: u32 })],
  checkPktLarger: [49, struct({ pktLen: u16, ofs: defaulted(u16, 0), dst: fieldRef })],
  deleteField: [50, struct({ field: fieldRef, _pad: pad(6) })],
} as const;

type Flat = Tagged<typeof ACTIONS> | Tagged<typeof NICIRA_FLAT_ACTIONS>;
type FlatInput = TaggedInput<typeof ACTIONS> | TaggedInput<typeof NICIRA_FLAT_ACTIONS>;
/** An action this library does not know. */
interface UnknownAction {
  readonly type: 'unknown';
  readonly code: number;
  readonly body: Uint8Array;
}
/** Sends a packet through the connection tracker, with actions for the connection (`nat`, `setField` of `ctMark`). */
interface Ct {
  readonly type: 'ct';
  readonly flags: number;
  readonly zone: CtZone;
  /** The table the tracked packet goes on in; NX_CT_RECIRC_NONE: none. */
  readonly recircTable: number;
  /** The port of the protocol whose helper reads along: 21 for FTP. */
  readonly alg: number;
  readonly actions: readonly Action[];
}
interface CtInput extends Partial<Omit<Ct, 'type' | 'actions'>> {
  readonly type: 'ct';
  readonly actions?: readonly ActionInput[];
}
/** Runs actions on a copy of the packet. */
interface Clone {
  readonly type: 'clone';
  readonly actions: readonly Action[];
}
interface CloneInput {
  readonly type: 'clone';
  readonly actions: readonly ActionInput[];
}

/** One action of the specification (7.2.5) or of Open vSwitch. */
export type Action = Flat | UnknownAction | Ct | Clone;
/** An action to encode. */
export type ActionInput = FlatInput | UnknownAction | CtInput | CloneInput;

const inner: Codec<readonly Action[], readonly ActionInput[]> = list(nested(() => action, 'action'));

/** All of Open vSwitch's actions, with their subtypes (NXAST_*). */
export const NICIRA_ACTIONS = {
  ...NICIRA_FLAT_ACTIONS,
  ct: [
    35,
    struct({
      flags: defaulted(u16, 0),
      zone: defaulted(ctZone, 0),
      recircTable: defaulted(u8, NX_CT_RECIRC_NONE),
      _pad: pad(3),
      alg: defaulted(u16, 0),
      actions: defaulted(inner, []),
    }),
  ],
  clone: [42, struct({ _pad: pad(6), actions: inner })],
} as const;

/** One action; what is not known here is kept as bytes. */
export const action: Codec<Action, ActionInput> = tlv(ACTIONS, {
  padding: 'inside',
  badLength: REPLY.action,
  vendors: [{ code: 0xffff, experimenter: NICIRA, subtype: 2, entries: NICIRA_ACTIONS }],
});
