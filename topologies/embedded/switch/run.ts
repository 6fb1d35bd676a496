import type { Effect } from './effect.ts';
import { FlowKey } from './flow-key.ts';
import type { Lesson } from './lesson.ts';
import type { Packet } from './packet.ts';

/** How deep groups and tables may call each other, and how many such calls one packet may cost (Open vSwitch's limits). */
export const MAX_DEPTH = 64;
export const MAX_RESUBMITS = 4096;

/** One action, ready to be carried out; false ends the list it stands in. */
export type Op = (run: Run) => boolean;

/** One action of an action set. Of each step the last one counts, except that fields are set one after the other. */
export interface SetItem {
  readonly slot: number;
  readonly op: Op;
}

/** What a packet has to know of the flow that it matched. */
export interface MatchedFlow extends Counter {
  readonly cookie: bigint;
  readonly isTableMiss: boolean;
}

/** One packet's way through the switch. */
export interface Run {
  readonly packet: Packet;
  /** Bytes the packet had when it came in: what every counter adds. */
  length: number;
  now: number;
  effects: Effect[];
  /** Where in `effects` those of this packet begin. */
  firstEffect: number;
  /** The flow that is carried out; undefined for the actions of a packet-out. */
  flow: MatchedFlow | undefined;
  tableId: number;
  readonly actionSet: SetItem[];
  depth: number;
  resubmits: number;
  /** It began with a packet-out. */
  packetOut: boolean;
  /** A meter dropped the packet: what follows is counted and not sent. */
  muted: boolean;
  /** `exit`: nothing more is done. */
  exited: boolean;
  /** The actions never end: nothing of what the packet caused is sent. */
  failed: boolean;
  /** The actions of a group's bucket or of the action set are carried out. */
  nested: boolean;
  /** The flow of the first table: what the action set sends up is told to be of it. */
  firstFlow: MatchedFlow | undefined;
  readonly stack: FlowKey[];
  /** What counts the packet, once it is through. */
  readonly counters: Counter[];
  /** `fin_timeout`: which flows live shorter, once the packet is through. */
  readonly shortenings: Shortening[];
  /** `learn`: which flows there are, once the packet is through. */
  readonly lessons: Lesson[];
}

/** A flow and the timeouts, in seconds, that it keeps at most; 0: as it has. */
export interface Shortening {
  readonly flow: MatchedFlow;
  readonly idleTimeout: number;
  readonly hardTimeout: number;
}

/** Something that counts packets and their bytes. */
export interface Counter {
  packets: number;
  bytes: number;
  usedAt: number;
}

export function newRun(packet: Packet): Run {
  return {
    packet,
    length: 0,
    now: 0,
    effects: [],
    firstEffect: 0,
    flow: undefined,
    tableId: 0,
    actionSet: [],
    depth: 0,
    resubmits: 0,
    packetOut: false,
    muted: false,
    exited: false,
    failed: false,
    nested: false,
    firstFlow: undefined,
    stack: [],
    counters: [],
    shortenings: [],
    lessons: [],
  };
}

/** Begins a new packet's run. */
export function startRun(run: Run, frame: Uint8Array, inPort: number, now: number, effects: Effect[]): Run {
  run.packet.load(frame, inPort);
  run.length = frame.length;
  run.now = now;
  run.effects = effects;
  run.firstEffect = effects.length;
  run.flow = undefined;
  run.tableId = 0;
  run.actionSet.length = 0;
  run.depth = 0;
  run.resubmits = 0;
  run.packetOut = false;
  run.muted = false;
  run.exited = false;
  run.failed = false;
  run.nested = false;
  run.firstFlow = undefined;
  run.counters.length = 0;
  run.shortenings.length = 0;
  run.lessons.length = 0;
  return run;
}

/** Carries something out one level deeper; false when that would be too deep or too often. */
export function deeper(run: Run, work: () => void): boolean {
  if (run.depth >= MAX_DEPTH || run.resubmits >= MAX_RESUBMITS) {
    run.failed = true;
    return false;
  }
  run.depth++;
  run.resubmits++;
  work();
  run.depth--;
  return !run.failed;
}

/** Carries something out and puts the packet's fields back as they were. */
export function restoring(run: Run, work: () => void): void {
  const { packet, stack, depth } = run;
  const saved = stack[depth] ?? new FlowKey();
  stack[depth] = saved;
  saved.set(packet.key);
  work();
  if (!packet.key.sameHeaders(saved)) packet.changed = true;
  packet.key.set(saved);
}
