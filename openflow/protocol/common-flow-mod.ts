import type { InputOf } from '../wire/codec.ts';
import { EncodeError } from '../wire/errors.ts';
import type { Writer } from '../wire/writer.ts';
import { type Action, type ActionInput, action } from './action.ts';
import { OFPCML } from './actions.ts';
import { fieldNamed, writeOxm } from './fields.ts';
import type { flowMod } from './flows.ts';
import { type InstructionInput, instruction } from './instructions.ts';
import { match } from './match.ts';

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
    match.write(w, fields);
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

function writeHead(w: Writer, value: FlowMod): void {
  const { cookie = 0n, cookieMask = 0n, tableId = 0, command = 0, idleTimeout = 0, hardTimeout = 0, priority = 0 } = value;
  const { bufferId = NONE, outPort = NONE, outGroup = NONE, flags = 0 } = value;
  w.reserve(HEAD);
  w.u64(cookie);
  w.u64(cookieMask);
  w.u8(tableId);
  w.u8(command);
  w.u16(idleTimeout);
  w.u16(hardTimeout);
  w.u16(priority);
  w.u32(bufferId);
  w.u32(outPort);
  w.u32(outGroup);
  w.u16(flags);
  w.u16(0);
}

/** Type and length in one number; the length of what holds others is put in behind. */
const GOTO_TABLE = 0x0001_0008;
const WRITE_ACTIONS = 0x0003_0000;
const APPLY_ACTIONS = 0x0004_0000;

function writeInstruction(w: Writer, value: InstructionInput): void {
  if (value.type === 'applyActions' || value.type === 'writeActions') {
    const start = w.pos;
    w.u32(value.type === 'applyActions' ? APPLY_ACTIONS : WRITE_ACTIONS);
    w.u32(0);
    const { actions } = value;
    if (!Array.isArray(actions)) throw new EncodeError('needs a list');
    for (let i = 0; i < actions.length; i++) writeAction(w, (actions as readonly ActionInput[])[i]!);
    w.patchU16(start + 2, w.pos - start);
  } else if (value.type === 'gotoTable') {
    w.u32(GOTO_TABLE);
    w.u8(value.tableId);
    w.u8(0);
    w.u16(0);
  } else instruction.write(w, value);
}

const OUTPUT = 0x0000_0010;
const SET_FIELD = 0x0019_0000;

function writeAction(w: Writer, value: ActionInput | Action): void {
  if (value.type === 'output') {
    const { port, maxLen = OFPCML.NO_BUFFER } = value;
    w.u32(OUTPUT);
    w.u32(port);
    w.u16(maxLen);
    w.u16(0);
    w.u32(0);
  } else if (value.type === 'setField') writeSetField(w, value.field);
  else action.write(w, value as ActionInput);
}

function writeSetField(w: Writer, value: object): void {
  let only: string | undefined;
  for (const name in value) {
    if (only !== undefined) throw new EncodeError('two fields');
    only = name;
  }
  const field = only === undefined ? undefined : fieldNamed(only);
  if (field === undefined) throw new EncodeError('no field that is known');
  const start = w.pos;
  w.u32(SET_FIELD);
  writeOxm(w, field, value[only as keyof typeof value]);
  w.zeros(-(w.pos - start) & 7);
  w.patchU16(start + 2, w.pos - start);
}
