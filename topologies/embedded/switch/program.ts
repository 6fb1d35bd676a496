import { type ActionInput, type InstructionInput, OFPTT } from '../../../openflow/index.ts';
import { compileAction, compileActions } from './actions.ts';
import { FlowKey } from './flow-key.ts';
import type { Learned } from './lesson.ts';
import { newScope, type Scope, type Services } from './operation.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Op, SetItem } from './run.ts';

/** Which step of an action set an action belongs to (5.10). */
export const SLOT = { popVlan: 0, pushVlan: 1, decTtl: 2, set: 3, queue: 4, group: 5, output: 6, resubmit: 7 } as const;

/** The instructions of a flow, ready to be carried out. */
export interface Program {
  readonly meterId: number | undefined;
  readonly apply: readonly Op[];
  readonly clears: boolean;
  readonly write: readonly SetItem[];
  /** Bits of `metadata` that are written: value and mask, two words each. */
  readonly metadata: Int32Array | undefined;
  /** The next table; -1: none. */
  readonly next: number;
  /** Where its actions send packets, once for each action. */
  readonly ports: readonly number[];
  readonly groups: readonly number[];
  readonly learned: readonly Learned[];
}

const SLOTS: Partial<Record<ActionInput['type'], number>> = {
  popVlan: SLOT.popVlan,
  pushVlan: SLOT.pushVlan,
  decNwTtl: SLOT.decTtl,
  setField: SLOT.set,
  regLoad: SLOT.set,
  regLoad2: SLOT.set,
  regMove: SLOT.set,
  setNwTtl: SLOT.set,
  setTunnel: SLOT.set,
  setTunnel64: SLOT.set,
  setQueue: SLOT.queue,
  group: SLOT.group,
  output: SLOT.output,
  resubmit: SLOT.resubmit,
  resubmitTable: SLOT.resubmit,
};

const NOTHING: readonly never[] = [];
const scratch = new FlowKey();
const metadataBytes = new DataView(new ArrayBuffer(16));

/** The last table a packet can be sent to. */
const LAST_TABLE = OFPTT.MAX - 1;

/** A program, and why a flow may not have it: told in this order, behind what is wrong with the flow-mod itself. */
export interface Compiled {
  readonly program: Program;
  readonly bad: Refusal | undefined;
  readonly inconsistent: Refusal | undefined;
  readonly missing: Refusal | undefined;
}

/** Compiles the instructions of a flow of `tableId` that matches `key`. Throws a refusal for what the switch does not have. */
export function compileProgram(
  instructions: readonly InstructionInput[],
  key: FlowKey,
  tableId: number,
  services: Services,
): Compiled {
  const scope = newScope(services, scratch.set(key));
  const byType = sorted(instructions);
  const meterId = byType.meter?.meterId;
  if (meterId !== undefined && !services.hasMeter(meterId)) scope.missing = refuse.meter('INVALID_METER');
  const apply = byType.applyActions === undefined ? NOTHING : compileActions(byType.applyActions.actions, scope);
  const { inconsistent } = scope;
  const write = compileActionSet(byType.writeActions?.actions ?? NOTHING, scope);
  scope.inconsistent = inconsistent; // what packets will be like when the action set is carried out is not known
  const next = byType.gotoTable?.tableId ?? -1;
  if (next !== -1 && ((next <= tableId && tableId !== OFPTT.ALL) || next > LAST_TABLE))
    scope.bad ??= refuse.instruction('BAD_TABLE_ID');
  const { ports, groups, learned, bad, missing } = scope;
  const program = {
    meterId,
    apply,
    clears: byType.clearActions !== undefined,
    write,
    metadata: byType.writeMetadata === undefined ? undefined : metadataOf(byType.writeMetadata),
    next,
    ports,
    groups,
    learned,
  };
  return { program, bad, inconsistent, missing };
}

type ByType = { [T in InstructionInput['type']]?: Extract<InstructionInput, { type: T }> };

function sorted(instructions: readonly InstructionInput[]): ByType {
  const byType: Record<string, InstructionInput> = {};
  for (const instruction of instructions) {
    const { type } = instruction;
    if (type === 'unknown') throw refuse.instruction('UNKNOWN_INST');
    if (type === 'experimenter') throw refuse.instruction('BAD_EXPERIMENTER');
    if (byType[type] !== undefined) throw refuse.instruction('UNSUP_INST');
    byType[type] = instruction;
  }
  return byType as ByType;
}

/** The actions of an action set, or of a bucket, in the order of 5.10. Throws a refusal for actions that do not belong there. */
export function compileActionSet(actions: readonly ActionInput[], scope: Scope): readonly SetItem[] {
  if (actions.length === 0) return NOTHING;
  const ops = compileActions(actions, scope);
  return actions.map(({ type }, i) => {
    const slot = SLOTS[type];
    if (slot === undefined) throw refuse.action('BAD_TYPE');
    return { slot, op: ops[i]! };
  });
}

/** Compiles the actions of a bucket. Those that an action set cannot have are without effect, as in Open vSwitch. */
export function compileBucket(actions: readonly ActionInput[], scope: Scope): Op[] {
  const set: SetItem[] = [];
  for (const action of actions) {
    const op = compileAction(action, scope);
    const slot = SLOTS[action.type];
    if (slot !== undefined) set.push({ slot, op });
  }
  return ordered(set);
}

/** Merges actions into an action set (5.10). */
export function mergeInto(set: SetItem[], items: readonly SetItem[]): void {
  for (const item of items) {
    const at = item.slot === SLOT.set ? -1 : set.findIndex(({ slot }) => slot === item.slot);
    if (at === -1) set.push(item);
    else set[at] = item;
  }
}

/** The operations of an action set in the order in which they are carried out; after a group there is no output (5.10). */
export function ordered(set: readonly SetItem[]): Op[] {
  const ops: Op[] = [];
  for (let slot = 0; slot < SLOT.group; slot++) for (const item of set) if (item.slot === slot) ops.push(item.op);
  for (let slot: number = SLOT.group; slot <= SLOT.resubmit; slot++) {
    const last = set.findLast(item => item.slot === slot);
    if (last === undefined) continue;
    ops.push(last.op);
    break;
  }
  return ops;
}

function metadataOf({
  metadata,
  metadataMask = 0xffff_ffff_ffff_ffffn,
}: {
  metadata: bigint;
  metadataMask?: bigint | undefined;
}) {
  metadataBytes.setBigUint64(0, metadata & metadataMask);
  metadataBytes.setBigUint64(8, metadataMask);
  return new Int32Array(metadataBytes.buffer.slice(0));
}
