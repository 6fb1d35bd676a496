import { pad, u8, u32, u64 } from '../wire/scalars.ts';
import { struct } from '../wire/struct.ts';

/** Table numbers with a meaning (7.3.3). */
export const OFPTT = { MAX: 0xfe, ALL: 0xff } as const;

/** OFPT_TABLE_MOD (7.3.3). */
export const tableMod = struct({ tableId: u8, _pad: pad(3), config: u32 });

/** `ofp_table_stats` (7.3.5.4). */
export const tableStats = struct({ tableId: u8, _pad: pad(3), activeCount: u32, lookupCount: u64, matchedCount: u64 });
