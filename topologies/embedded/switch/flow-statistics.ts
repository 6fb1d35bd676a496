import {
  decode,
  encode,
  type Instruction,
  type InstructionInput,
  type MessageInput,
  OFPG,
  OFPP,
  OFPTT,
} from '../../../openflow/index.ts';
import { duration } from './duration.ts';
import type { Flow } from './flow.ts';
import type { FlowFilter, FlowStore } from './flow-store.ts';
import { refuse } from './refusal.ts';
import { compileMatch, Ternary } from './ternary.ts';

type Request = Extract<MessageInput, { readonly type: 'multipartRequest'; readonly kind: 'flow' | 'aggregate' }>;

/** The filter of a flow or aggregate request. Throws a refusal for a table or a match that cannot be. */
export function filterOf({ body = {} }: Pick<Request, 'body'>, tables: number): FlowFilter {
  const { tableId = OFPTT.ALL, outPort = OFPP.ANY, outGroup = OFPG.ANY, cookie = 0n, cookieMask = 0n, match = {} } = body;
  const compiled = compileMatch(match, new Ternary());
  if (tableId < OFPTT.MAX && tableId >= tables) throw refuse.request('BAD_TABLE_ID');
  return { tableId, outPort, outGroup, cookie, cookieMask, match: compiled };
}

/** The statistics of the flows that pass a filter (7.3.5.2). */
export function flowStatistics(store: FlowStore, filter: FlowFilter, now: number) {
  return Array.from(store.select(filter), flow => ({
    tableId: flow.tableId,
    ...duration(now - flow.createdAt),
    priority: flow.priority,
    idleTimeout: flow.idleTimeout,
    hardTimeout: flow.hardTimeout,
    flags: flow.flags,
    cookie: flow.cookie,
    packetCount: BigInt(flow.packets),
    byteCount: BigInt(flow.bytes),
    match: flow.match,
    instructions: instructionsOf(flow),
  }));
}

/** The sums over the flows that pass a filter (7.3.5.3). */
export function aggregate(store: FlowStore, filter: FlowFilter) {
  let [packets, bytes, flowCount] = [0, 0, 0];
  for (const flow of store.select(filter)) {
    packets += flow.packets;
    bytes += flow.bytes;
    flowCount++;
  }
  return { packetCount: BigInt(packets), byteCount: BigInt(bytes), flowCount };
}

/** The order in which instructions are carried out (5.9). */
const ORDER: readonly InstructionInput['type'][] = [
  'meter',
  'applyActions',
  'clearActions',
  'writeActions',
  'writeMetadata',
  'gotoTable',
];

/** Instructions with all that was left out when they were given; those without actions are not kept. */
function instructionsOf({ instructions }: Flow): readonly Instruction[] {
  const kept = instructions
    .filter(one => !('actions' in one) || one.actions.length > 0)
    .sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type));
  if (kept.length === 0) return kept as Instruction[];
  const message = decode(encode({ type: 'flowMod', instructions: kept }));
  return message.type === 'flowMod' ? message.instructions : [];
}
