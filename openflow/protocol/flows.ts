import { list } from '../wire/list.ts';
import { pad, u8, u16, u32, u64 } from '../wire/scalars.ts';
import { defaulted, length, struct } from '../wire/struct.ts';
import { OFPG } from './actions.ts';
import { instruction } from './instructions.ts';
import { match } from './match.ts';
import { OFP } from './packets.ts';
import { OFPP } from './ports.ts';
import { OFPTT } from './tables.ts';

/** What a flow-mod does (7.3.4.1). */
export const OFPFC = { ADD: 0, MODIFY: 1, MODIFY_STRICT: 2, DELETE: 3, DELETE_STRICT: 4 } as const;

/** Flags of a flow (7.3.4.1). */
export const OFPFF = {
  SEND_FLOW_REM: 1 << 0,
  CHECK_OVERLAP: 1 << 1,
  RESET_COUNTS: 1 << 2,
  NO_PKT_COUNTS: 1 << 3,
  NO_BYT_COUNTS: 1 << 4,
} as const;

/** Why a flow went (7.4.2). */
export const OFPRR = { IDLE_TIMEOUT: 0, HARD_TIMEOUT: 1, DELETE: 2, GROUP_DELETE: 3 } as const;

/** OFPT_FLOW_MOD (7.3.4.1). */
export const flowMod = struct({
  cookie: defaulted(u64, 0n),
  cookieMask: defaulted(u64, 0n),
  tableId: defaulted(u8, 0),
  command: defaulted(u8, OFPFC.ADD),
  idleTimeout: defaulted(u16, 0),
  hardTimeout: defaulted(u16, 0),
  priority: defaulted(u16, 0),
  bufferId: defaulted(u32, OFP.NO_BUFFER),
  outPort: defaulted(u32, OFPP.ANY),
  outGroup: defaulted(u32, OFPG.ANY),
  flags: defaulted(u16, 0),
  _pad: pad(2),
  match: defaulted(match, {}),
  instructions: defaulted(list(instruction), []),
});

/** OFPT_FLOW_REMOVED (7.4.2). */
export const flowRemoved = struct({
  cookie: u64,
  priority: u16,
  reason: u8,
  tableId: u8,
  durationSec: u32,
  durationNsec: u32,
  idleTimeout: u16,
  hardTimeout: u16,
  packetCount: u64,
  byteCount: u64,
  match: defaulted(match, {}),
});

/** The body of a flow or aggregate request: which flows (7.3.5.2). */
export const flowStatsRequest = struct({
  tableId: defaulted(u8, OFPTT.ALL),
  _pad: pad(3),
  outPort: defaulted(u32, OFPP.ANY),
  outGroup: defaulted(u32, OFPG.ANY),
  _pad2: pad(4),
  cookie: defaulted(u64, 0n),
  cookieMask: defaulted(u64, 0n),
  match: defaulted(match, {}),
});

/** `ofp_flow_stats` (7.3.5.2). */
export const flowStats = struct({
  _length: length,
  tableId: u8,
  _pad: pad(1),
  durationSec: u32,
  durationNsec: u32,
  priority: u16,
  idleTimeout: u16,
  hardTimeout: u16,
  flags: u16,
  _pad2: pad(4),
  cookie: u64,
  packetCount: u64,
  byteCount: u64,
  match: defaulted(match, {}),
  instructions: defaulted(list(instruction), []),
});

/** The body of an aggregate reply (7.3.5.3). */
export const aggregateStats = struct({ packetCount: u64, byteCount: u64, flowCount: u32, _pad: pad(4) });
