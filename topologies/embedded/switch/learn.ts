import { type ActionInput, OFPFF, OFPP } from '../../../openflow/index.ts';
import type { FieldRef } from '../../../openflow/protocol/field-ref.ts';
import type { BitRange } from '../../../openflow/protocol/nicira-actions.ts';
import { type LearnField, type LearnSpec, NX_LEARN_F } from '../../../openflow/protocol/nicira-learn.ts';
import { readBits, writeBits } from './bits.ts';
import { bitsOf, type Place, placeNamed } from './field-place.ts';
import { FlowKey } from './flow-key.ts';
import { hasField, type Scope } from './operation.ts';
import { NX_MAX, portOf } from './port-number.ts';
import { refuse } from './refusal.ts';
import type { Op } from './run.ts';
import { Ternary } from './ternary.ts';

type Learn = Extract<ActionInput, { readonly type: 'learn' }>;

/** Some bits of a field. */
interface Bits {
  readonly place: Place;
  readonly range: BitRange;
}

/** A specification, ready: where its bits come from, and what becomes of them. */
interface Step {
  readonly type: LearnSpec['type'];
  readonly nBits: number;
  readonly from: Bits | bigint;
  readonly to: Bits | undefined;
  readonly field: FieldRef | undefined;
}

const KNOWN_FLAGS = NX_LEARN_F.SEND_FLOW_REM | NX_LEARN_F.DELETE_LEARNED;
const NO_TABLE = 0xff;
const LOAD_BITS = 64;
/** Ports a learned flow may send to, beside those of the switch. */
const OUTPUTS: readonly number[] = [OFPP.IN_PORT, OFPP.FLOOD, OFPP.ALL, OFPP.LOCAL];

/** `learn(...)`: a flow made of the packet. It is there for the packets that follow, not for this one. */
export function learn(action: Learn, scope: Scope): Op {
  const { tableId = 1, priority = 0x8000, cookie = 0n, idleTimeout = 0, hardTimeout = 0, flags = 0 } = action;
  const { finIdleTimeout = 0, finHardTimeout = 0 } = action;
  if (tableId === NO_TABLE || (flags & ~KNOWN_FLAGS) !== 0) throw refuse.action('BAD_ARGUMENT');
  const steps = action.specs.map(stepOf);
  check(steps, scope);
  if ((flags & NX_LEARN_F.DELETE_LEARNED) !== 0) scope.learned.push({ tableId, cookie });
  const head = { tableId, priority, cookie, idleTimeout, hardTimeout };
  const flowFlags = (flags & NX_LEARN_F.SEND_FLOW_REM) !== 0 ? OFPFF.SEND_FLOW_REM : 0;
  const ending: ActionInput[] =
    finIdleTimeout > 0 || finHardTimeout > 0 ? [{ type: 'finTimeout', finIdleTimeout, finHardTimeout }] : [];
  return run => {
    const match = new Ternary();
    const actions = [...ending, ...steps.flatMap(step => carryOut(step, run.packet.key, match))];
    run.lessons.push({ ...head, flags: flowFlags, match, instructions: [{ type: 'applyActions', actions }] });
    return true;
  };
}

function stepOf(spec: LearnSpec): Step {
  const { type, nBits } = spec;
  const constant = typeof spec.from === 'bigint';
  if (type === 'output' && constant) throw refuse.action('BAD_ARGUMENT');
  const from = typeof spec.from === 'bigint' ? BigInt.asUintN(nBits, spec.from) : bitsAt(spec.from, nBits);
  const to = spec.type === 'output' ? undefined : spec.to;
  return { type, nBits, from, to: to && bitsAt(to, nBits), field: to?.field };
}

function bitsAt({ field, ofs }: LearnField, nBits: number): Bits {
  const place = typeof field === 'string' ? placeNamed(field) : undefined;
  if (place === undefined) throw refuse.action('BAD_SET_TYPE');
  return { place, range: { ofs, nBits } };
}

/** A field has to be in the packet, or in those that the learned flow matches. */
function check(steps: readonly Step[], scope: Scope): void {
  const learned = new FlowKey();
  for (const { type, from, to } of steps) {
    if (typeof from !== 'bigint') checkBits(from, scope.key, scope);
    if (to === undefined) continue;
    checkBits(to, learned, scope);
    if (type === 'load' && !to.place.writable) scope.bad ??= refuse.action('BAD_SET_ARGUMENT');
    if (scope.bad === undefined && type === 'match' && typeof from === 'bigint') writeBits(learned, to.place, to.range, from);
  }
}

function checkBits({ place, range: { ofs, nBits } }: Bits, key: FlowKey, scope: Scope): void {
  if (ofs + nBits > bitsOf(place)) scope.bad ??= refuse.action('BAD_SET_LEN');
  if (!hasField(key, place.field.name)) scope.bad ??= refuse.action('MATCH_INCONSISTENT');
}

/** Puts a step's bits into the match, or makes actions of them. */
function carryOut({ type, nBits, from, to, field }: Step, key: FlowKey, { value, mask }: Ternary): ActionInput[] {
  const number = typeof from === 'bigint' ? from : readBits(key, from.place, from.range);
  if (to === undefined) return outputTo(number);
  if (type === 'load') return loads(field!, to.range.ofs, nBits, number);
  writeBits(value, to.place, to.range, number);
  writeBits(mask, to.place, to.range, BigInt.asUintN(nBits, -1n));
  return [];
}

function outputTo(number: bigint): ActionInput[] {
  if (number > 0xffffn) return [];
  const port = portOf(Number(number));
  return port < NX_MAX || OUTPUTS.includes(port) ? [{ type: 'output', port, maxLen: 0 }] : [];
}

/** `load` takes 64 bits at once. */
function loads(dst: FieldRef, ofs: number, nBits: number, number: bigint): ActionInput[] {
  const actions: ActionInput[] = [];
  for (let done = 0; done < nBits; done += LOAD_BITS) {
    const bits = { ofs: ofs + done, nBits: Math.min(LOAD_BITS, nBits - done) };
    actions.push({ type: 'regLoad', bits, dst, value: BigInt.asUintN(bits.nBits, number >> BigInt(done)) });
  }
  return actions;
}
