import type { TypeOf } from '../wire/codec.ts';
import { list } from '../wire/list.ts';
import { pad, rest, u8, u32, u64 } from '../wire/scalars.ts';
import { length, struct } from '../wire/struct.ts';
import { text } from '../wire/text.ts';
import { tlv, tlvIds } from '../wire/union.ts';
import { ACTIONS } from './actions.ts';
import { REPLY } from './errors.ts';
import { fieldSupport } from './field-ref.ts';
import { INSTRUCTIONS } from './instructions.ts';

/** Table numbers with a meaning (7.3.3). */
export const OFPTT = { MAX: 0xfe, ALL: 0xff } as const;

/** OFPT_TABLE_MOD (7.3.3). */
export const tableMod = struct({ tableId: u8, _pad: pad(3), config: u32 });

/** `ofp_table_stats` (7.3.5.4). */
export const tableStats = struct({ tableId: u8, _pad: pad(3), activeCount: u32, lookupCount: u64, matchedCount: u64 });

const instructionIds = struct({ ids: list(tlvIds(INSTRUCTIONS, REPLY.tableFeatures)) });
const actionIds = struct({ ids: list(tlvIds(ACTIONS, REPLY.tableFeatures)) });
const tableIds = struct({ tableIds: list(u8) });
const fields = struct({ fields: list(fieldSupport) });
const experimenter = struct({ experimenter: u32, expType: u32, data: rest });

/** What a table can do, once for its entries and once for its table-miss entry (7.3.5.5.2). */
export const TABLE_FEATURE_PROPERTIES = {
  instructions: [0, instructionIds, '7.3.5.5.2'],
  instructionsMiss: [1, instructionIds, '7.3.5.5.2'],
  nextTables: [2, tableIds, '7.3.5.5.2'],
  nextTablesMiss: [3, tableIds, '7.3.5.5.2'],
  writeActions: [4, actionIds, '7.3.5.5.2'],
  writeActionsMiss: [5, actionIds, '7.3.5.5.2'],
  applyActions: [6, actionIds, '7.3.5.5.2'],
  applyActionsMiss: [7, actionIds, '7.3.5.5.2'],
  match: [8, fields, '7.3.5.5.2'],
  wildcards: [10, fields, '7.3.5.5.2'],
  writeSetfield: [12, fields, '7.3.5.5.2'],
  writeSetfieldMiss: [13, fields, '7.3.5.5.2'],
  applySetfield: [14, fields, '7.3.5.5.2'],
  applySetfieldMiss: [15, fields, '7.3.5.5.2'],
  experimenter: [0xfffe, experimenter, '7.3.5.5.2'],
  experimenterMiss: [0xffff, experimenter, '7.3.5.5.2'],
} as const;

export const tableFeatureProperty = tlv(TABLE_FEATURE_PROPERTIES, { padding: 'outside', badLength: REPLY.tableFeatures });

/** `ofp_table_features` (7.3.5.5.1). */
export const tableFeatures = struct({
  _length: length,
  tableId: u8,
  _pad: pad(5),
  name: text(32),
  metadataMatch: u64,
  metadataWrite: u64,
  config: u32,
  maxEntries: u32,
  properties: list(tableFeatureProperty),
});
export type TableFeatures = TypeOf<typeof tableFeatures>;
