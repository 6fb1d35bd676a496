import type { FieldSupport } from '../../../openflow/index.ts';
import type { TableFeatures } from '../../../openflow/protocol/tables.ts';
import { places } from './field-place.ts';
import { isPlainField } from './plain.ts';

const INSTRUCTIONS = ['gotoTable', 'writeMetadata', 'writeActions', 'applyActions', 'clearActions', 'meter'] as const;
const ACTIONS = ['output', 'pushVlan', 'popVlan', 'setQueue', 'group', 'setNwTtl', 'decNwTtl', 'setField'] as const;
const MAX_ENTRIES = 1_000_000;
const ALL_BITS = 0xffff_ffff_ffff_ffffn;

const fields = [...places].filter(([name, { field }]) => name === field.name).map(([, place]) => place);
const matchable: FieldSupport[] = fields.map(({ field }) => ({ field: field.name, maskable: field.mask }));
const writable: FieldSupport[] = fields
  .filter(place => place.writable)
  .map(({ field }) => ({ field: field.name, maskable: false }));

/** What each table can do (7.3.5.5): all the same. The fields of experimenters are among those that can be matched, unless it is plain. */
export function tableFeatures(tables: number, plain: boolean): TableFeatures[] {
  const has = ({ field }: FieldSupport): boolean => !plain || isPlainField(field);
  const match = matchable.filter(has);
  const set = writable.filter(has);
  return Array.from({ length: tables }, (_, tableId) => {
    const next = Array.from({ length: tables - tableId - 1 }, (_, n) => tableId + 1 + n);
    return {
      tableId,
      name: `table${tableId}`,
      metadataMatch: ALL_BITS,
      metadataWrite: ALL_BITS,
      config: 0,
      maxEntries: MAX_ENTRIES,
      properties: [
        { type: 'instructions', ids: [...INSTRUCTIONS] },
        { type: 'nextTables', tableIds: next },
        { type: 'writeActions', ids: [...ACTIONS] },
        { type: 'applyActions', ids: [...ACTIONS] },
        { type: 'match', fields: match },
        { type: 'wildcards', fields: match.map(({ field }) => ({ field, maskable: false })) },
        { type: 'writeSetfield', fields: set },
        { type: 'applySetfield', fields: set },
      ],
    };
  });
}
