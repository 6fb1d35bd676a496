import type { InputOf } from '../wire/codec.ts';
import { EncodeError } from '../wire/errors.ts';
import type { Writer } from '../wire/writer.ts';
import { type Action, type ActionInput, action } from './action.ts';
import { OFPCML } from './actions.ts';
import type { flowMod } from './flows.ts';
import { type InstructionInput, instruction } from './instructions.ts';
import { match } from './match.ts';
import { writeUsualMatch, writeUsualSetField } from './usual-fields.ts';

type FlowMod = InputOf<typeof flowMod>;

const NONE = 0xffffffff;
const HEAD = 40;
const EMPTY = {};
const NOTHING: readonly never[] = [];

/**
 * Writes the body of a flow-mod without walking the table: a controller writes hardly anything else. False when there is
 * something wrong with the value; the table writes it then, and says what. A property test holds both equal.
 */
export function writeFlowMod(w: Writer, value: FlowMod): boolean {
  const start = w.pos;
  const depth = w.depth;
  try {
    writeHead(w, value);
    const { match: fields = EMPTY, instructions = NOTHING } = value;
    if (typeof fields !== 'object' || fields === null || !writeUsualMatch(w, fields)) match.write(w, fields);
    if (!Array.isArray(instructions)) throw new EncodeError('needs a list');
    for (let i = 0; i < instructions.length; i++) writeInstruction(w, instructions[i] as InstructionInput);
    return true;
  } catch (error) {
    if (!(error instanceof EncodeError) && !(error instanceof TypeError)) throw error;
    w.pos = start;
    w.depth = depth;
    return false;
  }
}

const MAX_64 = 0xffff_ffff_ffff_ffffn;

function isU64(value: bigint): boolean {
  return typeof value === 'bigint' && value >= 0n && value <= MAX_64;
}

function writeHead(w: Writer, value: FlowMod): void {
  const { cookie = 0n, cookieMask = 0n, tableId = 0, command = 0, idleTimeout = 0, hardTimeout = 0, priority = 0 } = value;
  const { bufferId = NONE, outPort = NONE, outGroup = NONE, flags = 0 } = value;
  const fits =
    isU64(cookie) &&
    isU64(cookieMask) &&
    (tableId & 0xff) === tableId &&
    (command & 0xff) === command &&
    (idleTimeout & 0xffff) === idleTimeout &&
    (hardTimeout & 0xffff) === hardTimeout &&
    (priority & 0xffff) === priority &&
    bufferId >>> 0 === bufferId &&
    outPort >>> 0 === outPort &&
    outGroup >>> 0 === outGroup &&
    (flags & 0xffff) === flags;
  if (!fits) throw new EncodeError('out of range');
  const at = w.advance(HEAD);
  const { view } = w;
  view.setBigUint64(at, cookie);
  view.setBigUint64(at + 8, cookieMask);
  view.setUint32(at + 16, (tableId << 24) | (command << 16) | idleTimeout);
  view.setUint32(at + 20, (hardTimeout << 16) | priority);
  view.setUint32(at + 24, bufferId);
  view.setUint32(at + 28, outPort);
  view.setUint32(at + 32, outGroup);
  view.setUint32(at + 36, flags << 16);
}

/** Type and length in one number; the length of what holds others is put in behind. */
const GOTO_TABLE = 0x0001_0008;
const WRITE_ACTIONS = 0x0003_0000;
const APPLY_ACTIONS = 0x0004_0000;

function writeInstruction(w: Writer, value: InstructionInput): void {
  if (value.type === 'applyActions' || value.type === 'writeActions') {
    const { actions } = value;
    if (!Array.isArray(actions)) throw new EncodeError('needs a list');
    const start = w.advance(8);
    for (let i = 0; i < actions.length; i++) writeAction(w, (actions as readonly ActionInput[])[i]!);
    const length = w.pos - start;
    if (length > 0xffff) throw new EncodeError('too long');
    w.view.setUint32(start, (value.type === 'applyActions' ? APPLY_ACTIONS : WRITE_ACTIONS) + length);
    w.view.setUint32(start + 4, 0);
  } else if (value.type === 'gotoTable') {
    const { tableId } = value;
    if ((tableId & 0xff) !== tableId) throw new EncodeError('out of range');
    const at = w.advance(8);
    w.view.setUint32(at, GOTO_TABLE);
    w.view.setUint32(at + 4, tableId << 24);
  } else instruction.write(w, value);
}

const OUTPUT = 0x0000_0010;

function writeAction(w: Writer, value: ActionInput | Action): void {
  if (value.type === 'output') {
    const { port, maxLen = OFPCML.NO_BUFFER } = value;
    if (port >>> 0 !== port || (maxLen & 0xffff) !== maxLen) throw new EncodeError('out of range');
    const at = w.advance(16);
    const { view } = w;
    view.setUint32(at, OUTPUT);
    view.setUint32(at + 4, port);
    view.setUint32(at + 8, maxLen << 16);
    view.setUint32(at + 12, 0);
  } else if (value.type !== 'setField' || !writeUsualSetField(w, value.field)) action.write(w, value as ActionInput);
}
