import type { InputOf, TypeOf } from '../wire/codec.ts';
import { list, times } from '../wire/list.ts';
import { pad, u8, u16, u32, u64 } from '../wire/scalars.ts';
import { defaulted, length, struct } from '../wire/struct.ts';
import { action } from './action.ts';
import { OFPG } from './actions.ts';
import { OFPP } from './ports.ts';

/** What a group-mod does (7.3.4.2). */
export const OFPGC = { ADD: 0, MODIFY: 1, DELETE: 2 } as const;

/** How a group uses its buckets (7.3.4.2). */
export const OFPGT = { ALL: 0, SELECT: 1, INDIRECT: 2, FF: 3 } as const;

/** What the groups of a switch can do (7.3.5.11). */
export const OFPGFC = { SELECT_WEIGHT: 1 << 0, SELECT_LIVENESS: 1 << 1, CHAINING: 1 << 2, CHAINING_CHECKS: 1 << 3 } as const;

/** `ofp_bucket` (7.3.4.2). */
export const bucket = struct({
  _length: length,
  weight: defaulted(u16, 0),
  watchPort: defaulted(u32, OFPP.ANY),
  watchGroup: defaulted(u32, OFPG.ANY),
  _pad: pad(4),
  actions: list(action),
});
export type Bucket = TypeOf<typeof bucket>;
export type BucketInput = InputOf<typeof bucket>;

/** OFPT_GROUP_MOD (7.3.4.2). The name `groupType` tells its `type` from the message's. */
export const groupMod = struct({
  command: defaulted(u16, OFPGC.ADD),
  groupType: defaulted(u8, OFPGT.ALL),
  _pad: pad(1),
  groupId: u32,
  buckets: defaulted(list(bucket), []),
});

/** The body of a group statistics request (7.3.5.9). */
export const groupStatsRequest = struct({ groupId: defaulted(u32, OFPG.ALL), _pad: pad(4) });

/** `ofp_group_stats` (7.3.5.9). */
export const groupStats = struct({
  _length: length,
  _pad: pad(2),
  groupId: u32,
  refCount: u32,
  _pad2: pad(4),
  packetCount: u64,
  byteCount: u64,
  durationSec: u32,
  durationNsec: u32,
  bucketStats: list(struct({ packetCount: u64, byteCount: u64 })),
});

/** `ofp_group_desc_stats` (7.3.5.10). */
export const groupDesc = struct({ _length: length, groupType: u8, _pad: pad(1), groupId: u32, buckets: list(bucket) });

/** The body of a group features reply (7.3.5.11): `maxGroups` and `actions` for each type of group. */
export const groupFeatures = struct({ types: u32, capabilities: u32, maxGroups: times(4, u32), actions: times(4, u32) });
