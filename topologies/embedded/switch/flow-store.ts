import {
  type InstructionInput,
  type MessageInput,
  type MessageOf,
  OFP,
  OFPFC,
  OFPFF,
  OFPG,
  OFPP,
  OFPRR,
  OFPTT,
} from '../../../openflow/index.ts';
import { Deadlines } from './deadlines.ts';
import { Flow } from './flow.ts';
import { FlowTable } from './flow-table.ts';
import type { Journal } from './journal.ts';
import type { Learned, Lesson } from './lesson.ts';
import type { Services } from './operation.ts';
import { type Compiled, compileProgram, type Program } from './program.ts';
import { refuse } from './refusal.ts';
import type { Shortening } from './run.ts';
import { compileMatch, Ternary } from './ternary.ts';

type FlowMod = Extract<MessageInput, { readonly type: 'flowMod' }>;
type NewFlow = Omit<FlowMod, 'type' | 'match'>;

/** Which flows a statistics request or a flow-mod means. */
export interface FlowFilter {
  readonly tableId: number;
  readonly outPort: number;
  readonly outGroup: number;
  readonly cookie: bigint;
  readonly cookieMask: bigint;
  readonly match: Ternary;
}

/** A flow that went, as it was. */
export interface Removal {
  readonly flow: Flow;
  readonly match: MessageOf<'flowRemoved'>['match'];
  readonly reason: number;
}

const KNOWN_FLAGS = 0x1f;
/** The cookie of a `learn` that changes no cookie. */
const KEEP_COOKIE = 0xffff_ffff_ffff_ffffn;

/** The flows of all tables: flow-mods, and timeouts. */
export class FlowStore {
  readonly tables: readonly FlowTable[];
  readonly #services: Services;
  readonly #maxFlows: number;
  readonly #journal: Journal;
  readonly #deadlines = new Deadlines<Flow>();
  readonly #removed: (removal: Removal) => void;
  readonly #match = new Ternary();

  constructor(tables: number, maxFlows: number, services: Services, journal: Journal, removed: (removal: Removal) => void) {
    this.#journal = journal;
    this.tables = Array.from({ length: tables }, (_, tableId) => new FlowTable(tableId));
    this.#maxFlows = maxFlows;
    this.#services = services;
    this.#removed = removed;
  }

  /** When the next flow may have to go; undefined: no flow has a timeout. */
  get nextDeadline(): number | undefined {
    return this.#deadlines.first?.dueAt;
  }

  /** Carries out a flow-mod (7.3.4.1). Throws a refusal; then nothing has changed. */
  change(message: FlowMod, now: number): void {
    const { command = OFPFC.ADD, flags = 0, bufferId = OFP.NO_BUFFER, tableId = 0 } = message;
    const match = compileMatch(message.match ?? {}, this.#match);
    const deletes = command === OFPFC.DELETE || command === OFPFC.DELETE_STRICT;
    if (tableId === OFPTT.ALL && !deletes) throw refuse.flow('BAD_TABLE_ID');
    if (command > OFPFC.DELETE_STRICT) throw refuse.flow('BAD_COMMAND');
    const compiled = compileProgram(message.instructions ?? [], match.value, tableId, this.#services);
    if ((flags & ~KNOWN_FLAGS) !== 0) throw refuse.flow('BAD_FLAGS');
    const { bad, inconsistent, missing } = compiled;
    if (bad !== undefined) throw bad;
    if (inconsistent !== undefined) throw inconsistent;
    if (bufferId !== OFP.NO_BUFFER && !deletes) throw refuse.request('BUFFER_UNKNOWN');
    if (tableId === OFPTT.MAX && !deletes) throw refuse.request('EPERM'); // a table that Open vSwitch keeps to itself
    if (tableId >= this.tables.length && tableId < OFPTT.MAX) throw refuse.flow('BAD_TABLE_ID');
    if (missing !== undefined && command === OFPFC.ADD) throw missing;
    if (command === OFPFC.ADD) this.#add(message, match, compiled.program, now);
    else if (deletes) this.#delete(message, match, command === OFPFC.DELETE_STRICT);
    else this.#modify(message, match, compiled, command === OFPFC.MODIFY_STRICT, now);
  }

  #add(message: NewFlow, match: Ternary, program: Program, now: number): void {
    const { tableId = 0, priority = 0, flags = 0, instructions = [] } = message;
    const table = this.tables[tableId]!;
    const old = table.flows.exact(match, priority);
    if (old === undefined) {
      const overlaps = (flags & OFPFF.CHECK_OVERLAP) !== 0 && table.flows.overlapping(match, priority) !== undefined;
      if (overlaps) throw refuse.flow('OVERLAP');
      if (table.flows.size >= this.#maxFlows) throw refuse.flow('TABLE_FULL');
    }
    const { cookie = 0n, idleTimeout = 0, hardTimeout = 0 } = message;
    const flow = new Flow({ tableId, priority, cookie, idleTimeout, hardTimeout, flags, instructions, program }, now);
    if (old !== undefined) {
      this.#takeOut(old);
      if ((flags & OFPFF.RESET_COUNTS) === 0) {
        flow.packets = old.packets;
        flow.bytes = old.bytes;
      }
    }
    this.#putIn(flow, match);
    if (this.#journal.open) this.#journal.note(() => this.#takeOut(flow));
    if (old !== undefined) this.#unlearn(old.program);
  }

  #putIn(flow: Flow, match: Ternary): void {
    this.tables[flow.tableId]!.flows.add(flow, match);
    this.#reschedule(flow);
  }

  #takeOut(flow: Flow): void {
    if (this.#journal.open) {
      const match = flow.fill(new Ternary());
      this.#journal.note(() => this.#putIn(flow, match));
    }
    this.tables[flow.tableId]!.flows.remove(flow);
    this.#deadlines.delete(flow);
  }

  /** Changes what flows do; their cookie, timeouts and counters stay (6.4). */
  #modify(message: FlowMod, match: Ternary, { program, missing }: Compiled, strict: boolean, now: number): void {
    for (const flow of this.#selected(message, match, strict)) {
      if (missing !== undefined) throw missing; // told only when there is a flow that would use it
      this.#give(flow, program, message.instructions ?? [], now);
      if (((message.flags ?? 0) & OFPFF.RESET_COUNTS) !== 0) {
        flow.packets = 0;
        flow.bytes = 0;
      }
    }
  }

  /** Gives a flow something else to do. */
  #give(flow: Flow, program: Program, instructions: readonly InstructionInput[], now: number): void {
    if (this.#journal.open) this.#remember(flow);
    const before = flow.program;
    flow.program = program;
    flow.instructions = instructions;
    flow.modifiedAt = now;
    this.#reschedule(flow);
    this.#unlearn(before);
  }

  #remember(flow: Flow): void {
    const { cookie, program, instructions, modifiedAt, packets, bytes } = flow;
    this.#journal.note(() => {
      Object.assign(flow, { cookie, program, instructions, modifiedAt, packets, bytes });
      this.#reschedule(flow);
    });
  }

  /** Changes the flow that a packet taught before, or adds it. A full table learns nothing. */
  learn(lesson: Lesson, now: number): void {
    const { tableId, priority, cookie, match, instructions } = lesson;
    const table = this.tables[tableId];
    if (table === undefined) return;
    const { program } = compileProgram(instructions, match.value, tableId, this.#services);
    const old = table.flows.exact(match, priority);
    if (old !== undefined) {
      this.#give(old, program, instructions, now);
      if (cookie !== KEEP_COOKIE) old.cookie = cookie;
    } else if (table.flows.size < this.#maxFlows && cookie !== KEEP_COOKIE) this.#add(lesson, match, program, now);
  }

  /** What a flow taught goes when no other flow teaches it (NX_LEARN_F_DELETE_LEARNED). */
  #unlearn({ learned }: Program): void {
    for (const { tableId, cookie } of learned) {
      const isSame = (one: Learned): boolean => one.tableId === tableId && one.cookie === cookie;
      if (this.tables.some(({ flows }) => some(flows.rules, ({ program }) => program.learned.some(isSame)))) continue;
      for (const flow of [...(this.tables[tableId]?.flows.rules ?? [])])
        if (flow.cookie === cookie) this.remove(flow, OFPRR.DELETE);
    }
  }

  #delete(message: FlowMod, match: Ternary, strict: boolean): void {
    for (const flow of this.#selected(message, match, strict)) this.remove(flow, OFPRR.DELETE);
  }

  #selected(message: FlowMod, match: Ternary, strict: boolean): Flow[] {
    const { tableId = 0, priority = 0, cookie = 0n, cookieMask = 0n } = message;
    const deletes = message.command === OFPFC.DELETE || message.command === OFPFC.DELETE_STRICT;
    const outPort = deletes ? (message.outPort ?? OFPP.ANY) : OFPP.ANY;
    const outGroup = deletes ? (message.outGroup ?? OFPG.ANY) : OFPG.ANY;
    const filter = { tableId, outPort, outGroup, cookie, cookieMask, match };
    if (!strict) return [...this.select(filter)];
    const tables = this.#tablesOf(tableId);
    return tables.flatMap(table => {
      const flow = table.flows.exact(match, priority);
      return flow !== undefined && passes(flow, filter) ? [flow] : [];
    });
  }

  #tablesOf(tableId: number): readonly FlowTable[] {
    const table = this.tables[tableId];
    if (tableId === OFPTT.ALL) return this.tables;
    return table === undefined ? [] : [table];
  }

  /** The flows whose match is the filter's or narrower, and that pass what else it says. */
  *select(filter: FlowFilter): Generator<Flow> {
    for (const table of this.#tablesOf(filter.tableId)) {
      if (table.flows.size === 0) continue;
      for (const flow of table.flows.within(filter.match)) if (passes(flow, filter)) yield flow;
    }
  }

  /** Takes a flow out of its table, and tells those who want to know. */
  remove(flow: Flow, reason: number): void {
    if (flow.tuple === undefined) return;
    const match = (flow.flags & OFPFF.SEND_FLOW_REM) === 0 ? undefined : flow.match;
    this.#takeOut(flow);
    this.#unlearn(flow.program);
    if (match !== undefined) this.#journal.tell(() => this.#removed({ flow, match, reason }));
  }

  /** Removes the flows that send packets to a group (7.3.4.2). */
  removeUsersOf(groupId: number): void {
    for (const { flows } of this.tables) {
      for (const flow of flows.rules) if (flow.program.groups.includes(groupId)) this.remove(flow, OFPRR.GROUP_DELETE);
    }
  }

  /** Removes the flows that a meter limits (7.3.4.4). */
  removeMeteredBy(meterId: number): void {
    for (const { flows } of this.tables) {
      for (const flow of flows.rules) if (flow.program.meterId === meterId) this.remove(flow, OFPRR.DELETE);
    }
  }

  /** Gives a flow shorter timeouts (`fin_timeout`). */
  shorten({ flow, idleTimeout, hardTimeout }: Shortening): void {
    if (!(flow instanceof Flow)) return;
    if (idleTimeout > 0 && (flow.idleTimeout === 0 || flow.idleTimeout > idleTimeout)) flow.idleTimeout = idleTimeout;
    if (hardTimeout > 0 && (flow.hardTimeout === 0 || flow.hardTimeout > hardTimeout)) flow.hardTimeout = hardTimeout;
    this.#reschedule(flow);
  }

  #reschedule(flow: Flow): void {
    const at = flow.expiresAt;
    if (at === Number.POSITIVE_INFINITY) this.#deadlines.delete(flow);
    else this.#deadlines.set(flow, at);
  }

  /** Removes the flows whose time is over (6.5). */
  expire(now: number): void {
    for (let flow = this.#deadlines.first; flow !== undefined && flow.dueAt <= now; flow = this.#deadlines.first) {
      const at = flow.expiresAt;
      if (at > now) {
        this.#deadlines.set(flow, at);
        continue;
      }
      const isHard = flow.hardTimeout !== 0 && flow.modifiedAt + flow.hardTimeout * 1000 <= now;
      this.remove(flow, isHard ? OFPRR.HARD_TIMEOUT : OFPRR.IDLE_TIMEOUT);
    }
  }
}

function some<T>(all: Iterable<T>, is: (one: T) => boolean): boolean {
  for (const one of all) if (is(one)) return true;
  return false;
}

function passes({ cookie, program }: Flow, filter: FlowFilter): boolean {
  if (((cookie ^ filter.cookie) & filter.cookieMask) !== 0n) return false;
  if (filter.outPort !== OFPP.ANY && !program.ports.includes(filter.outPort)) return false;
  return filter.outGroup === OFPG.ANY || program.groups.includes(filter.outGroup);
}
