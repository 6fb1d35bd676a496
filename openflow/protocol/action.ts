import type { InputOf, TypeOf } from '../wire/codec.ts';
import { tlv } from '../wire/union.ts';
import { ACTIONS } from './actions.ts';
import { REPLY } from './errors.ts';
import { NICIRA_SIMPLE_ACTIONS } from './nicira-actions.ts';
import { NICIRA } from './nxm.ts';

/** One action, of the specification or of Open vSwitch; others are kept as bytes (7.2.5). */
export const action = tlv(ACTIONS, {
  padding: 'inside',
  badLength: REPLY.action,
  vendors: [{ code: 0xffff, experimenter: NICIRA, subtype: 2, entries: NICIRA_SIMPLE_ACTIONS }],
});
export type Action = TypeOf<typeof action>;
export type ActionInput = InputOf<typeof action>;
