import type { InputOf, TypeOf } from '../wire/codec.ts';
import { list } from '../wire/list.ts';
import { pad, rest, u8, u32, u64 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { tlv } from '../wire/union.ts';
import { action } from './action.ts';
import { REPLY } from './errors.ts';

const actions = struct({ _pad: pad(4), actions: list(action) });

/** The instructions of OpenFlow 1.3.5, 7.2.4. */
export const INSTRUCTIONS = {
  gotoTable: [1, struct({ tableId: u8, _pad: pad(3) }), '7.2.4'],
  writeMetadata: [2, struct({ _pad: pad(4), metadata: u64, metadataMask: defaulted(u64, 0xffff_ffff_ffff_ffffn) }), '7.2.4'],
  writeActions: [3, actions, '7.2.4'],
  applyActions: [4, actions, '7.2.4'],
  clearActions: [5, struct({ _pad: pad(4) }), '7.2.4'],
  meter: [6, struct({ meterId: u32 }), '7.2.4'],
  experimenter: [0xffff, struct({ experimenter: u32, data: rest }), '7.2.4'],
} as const;

/** One instruction; unknown ones are kept as bytes. */
export const instruction = tlv(INSTRUCTIONS, { padding: 'inside', badLength: REPLY.instruction });
export type Instruction = TypeOf<typeof instruction>;
export type InstructionInput = InputOf<typeof instruction>;
