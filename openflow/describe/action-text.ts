import type { Action } from '../protocol/action.ts';
import type { FieldRef } from '../protocol/field-ref.ts';
import type { FieldName, UnknownOxm } from '../protocol/fields.ts';
import type { Instruction } from '../protocol/instructions.ts';
import type { OneField } from '../protocol/match.ts';
import type { BitRange } from '../protocol/nicira-actions.ts';
import { NX_CT_F, NX_CT_RECIRC_NONE, NX_NAT_F } from '../protocol/nicira-conntrack.ts';
import { OFPP } from '../protocol/ports.ts';
import { fieldText, valueText } from './match-text.ts';
import { bytesText, hex, pairs, portText, snake } from './values.ts';

type Texts = { readonly [T in Action['type']]?: (action: Extract<Action, { readonly type: T }>) => string };

const refText = (ref: FieldRef): string => (typeof ref === 'string' ? snake(ref) : `${hex(ref.class)}:${ref.field}`);
const range = (ref: FieldRef, ofs: number, nBits: number): string => `${refText(ref)}[${ofs}..${ofs + nBits - 1}]`;
const subfield = (ref: FieldRef, { ofs, nBits }: BitRange): string => range(ref, ofs, nBits);

function oneFieldText(field: OneField): string {
  const [name, value] = Object.entries(field)[0]!;
  if (name === 'unknown') {
    const [oxm] = value as unknown as readonly [UnknownOxm];
    return `${bytesText(oxm.body)}->oxm(${hex(oxm.class)}:${oxm.field})`;
  }
  return `${valueText(name, value)}->${fieldText(name as FieldName)}`;
}

const resubmit = ({ inPort, tableId }: { inPort: number; tableId: number }): string =>
  `resubmit(${inPort === 0xfff8 ? '' : inPort},${tableId === 255 ? '' : tableId})`;

function ctText({ flags, zone, recircTable, actions }: Extract<Action, { readonly type: 'ct' }>): string {
  const words = [
    flags & NX_CT_F.COMMIT ? 'commit' : '',
    flags & NX_CT_F.FORCE ? 'force' : '',
    recircTable === NX_CT_RECIRC_NONE ? '' : `table=${recircTable}`,
    typeof zone === 'object' ? `zone=${subfield(zone.field, zone)}` : zone === 0 ? '' : `zone=${zone}`,
    ...actions.map(action => (action.type === 'nat' ? natText(action) : `exec(${actionText(action)})`)),
  ];
  return `ct(${words.filter(word => word !== '').join(',')})`;
}

function natText({
  flags,
  ipv4Min,
  ipv4Max,
  ipv6Min,
  ipv6Max,
  protoMin,
  protoMax,
}: Extract<Action, { readonly type: 'nat' }>): string {
  const way = flags & NX_NAT_F.SRC ? 'src' : flags & NX_NAT_F.DST ? 'dst' : '';
  if (way === '') return 'nat';
  const address = [ipv4Min ?? ipv6Min, ipv4Max ?? ipv6Max].filter(end => end !== undefined).join('-');
  const ports = [protoMin, protoMax].filter(end => end !== undefined).join('-');
  const host = ipv6Min !== undefined && ports !== '' ? `[${address}]` : address;
  return `nat(${way}${host === '' ? '' : `=${host}${ports === '' ? '' : `:${ports}`}`})`;
}

const TEXTS: Texts = {
  output: ({ port, maxLen }) =>
    port === OFPP.CONTROLLER ? `CONTROLLER:${maxLen}` : port <= OFPP.MAX ? `output:${port}` : portText(port),
  group: ({ groupId }) => `group:${groupId}`,
  setField: ({ field }) => `set_field:${oneFieldText(field)}`,
  setQueue: ({ queueId }) => `set_queue:${queueId}`,
  pushVlan: ({ ethertype }) => `push_vlan:${hex(ethertype)}`,
  pushMpls: ({ ethertype }) => `push_mpls:${hex(ethertype)}`,
  popMpls: ({ ethertype }) => `pop_mpls:0x${ethertype.toString(16).padStart(4, '0')}`,
  popVlan: () => 'pop_vlan',
  decNwTtl: () => 'dec_ttl',
  setNwTtl: ({ nwTtl }) => `set_nw_ttl:${nwTtl}`,
  regMove: ({ src, srcOfs, dst, dstOfs, nBits }) => `move:${range(src, srcOfs, nBits)}->${range(dst, dstOfs, nBits)}`,
  regLoad: ({ value, dst, bits }) => `load:${hex(value)}->${subfield(dst, bits)}`,
  regLoad2: ({ field }) => `set_field:${oneFieldText(field)}`,
  outputReg: ({ src, bits }) => `output:${subfield(src, bits)}`,
  finTimeout: ({ finIdleTimeout, finHardTimeout }) =>
    `fin_timeout(idle_timeout=${finIdleTimeout},hard_timeout=${finHardTimeout})`,
  resubmit,
  resubmitTable: resubmit,
  controller: ({ maxLen, controllerId }) => `controller(max_len=${maxLen},id=${controllerId})`,
  ct: ctText,
  nat: natText,
  ctClear: () => 'ct_clear',
  clone: ({ actions }) => `clone(${actionsText(actions)})`,
  unknown: ({ code, body }) => `action_${code}(${bytesText(body)})`,
};

/** One action in the style of `ovs-ofctl`: `output:2`, `set_field:10.0.0.1->nw_dst`. */
export function actionText(action: Action): string {
  const text = TEXTS[action.type] as ((action: Action) => string) | undefined;
  if (text !== undefined) return text(action);
  const fields = pairs(action, ['type']);
  return fields === '' ? snake(action.type) : `${snake(action.type)}(${fields})`;
}

/** Actions in a row; `drop` when there are none. */
export function actionsText(actions: readonly Action[]): string {
  return actions.length === 0 ? 'drop' : actions.map(actionText).join(',');
}

/** Instructions as `ovs-ofctl` writes them: the applied actions bare, then the others. */
export function instructionsText(instructions: readonly Instruction[]): string {
  return instructions.length === 0 ? 'drop' : instructions.map(instructionText).join(',');
}

function instructionText(instruction: Instruction): string {
  switch (instruction.type) {
    case 'applyActions':
      return actionsText(instruction.actions);
    case 'writeActions':
      return `write_actions(${actionsText(instruction.actions)})`;
    case 'gotoTable':
      return `goto_table:${instruction.tableId}`;
    case 'meter':
      return `meter:${instruction.meterId}`;
    case 'clearActions':
      return 'clear_actions';
    case 'writeMetadata':
      return `write_metadata:${hex(instruction.metadata)}${instruction.metadataMask === 2n ** 64n - 1n ? '' : `/${hex(instruction.metadataMask)}`}`;
    case 'unknown':
      return `instruction_${instruction.code}(${bytesText(instruction.body)})`;
    default:
      return `experimenter(${hex(instruction.experimenter)},${bytesText(instruction.data)})`;
  }
}
