import { list } from '../wire/list.ts';
import { pad, u8, u16, u32, u64 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { tlv } from '../wire/union.ts';
import { REPLY } from './errors.ts';
import { instruction } from './instructions.ts';
import { match } from './match.ts';
import { OFPP } from './ports.ts';
import { OFPTT } from './tables.ts';

/** What a flow monitor tells (EXT-187). */
export const ONF_FMF = { INITIAL: 1 << 0, ADD: 1 << 1, DELETE: 1 << 2, MODIFY: 1 << 3, ACTIONS: 1 << 4, OWN: 1 << 5 } as const;

/** One monitor to start. Open vSwitch fills `matchLen` and does not read it. */
export const flowMonitorRequest = struct({
  id: u32,
  flags: u16,
  matchLen: defaulted(u16, 0),
  outPort: defaulted(u32, OFPP.ANY),
  tableId: defaulted(u8, OFPTT.ALL),
  _pad: pad(3),
  match: defaulted(match, {}),
});

const full = struct({
  reason: u16,
  priority: u16,
  idleTimeout: u16,
  hardTimeout: u16,
  matchLen: defaulted(u16, 0),
  tableId: u8,
  _pad: pad(1),
  cookie: u64,
  match: defaulted(match, {}),
  instructions: defaulted(list(instruction), []),
});

/** What happened to a flow (EXT-187). `abbrev`: the change came from this controller's message of that transaction. */
export const FLOW_UPDATES = {
  added: [0, full, 'EXT-187'],
  deleted: [1, full, 'EXT-187'],
  modified: [2, full, 'EXT-187'],
  abbrev: [3, struct({ updateXid: u32 }), 'EXT-187'],
} as const;

export const flowUpdate = tlv(FLOW_UPDATES, { padding: 'inside', badLength: REPLY.request, lengthFirst: true });
