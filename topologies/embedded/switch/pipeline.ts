import { OFPP, OFPPC, OFPR } from '../../../openflow/index.ts';
import { OFPGT } from '../../../openflow/protocol/groups.ts';
import type { Flow } from './flow.ts';
import { AT, type FlowKey } from './flow-key.ts';
import type { FlowTable } from './flow-table.ts';
import type { Bucket, Group, Liveness } from './group.ts';
import type { Lesson } from './lesson.ts';
import type { Meter } from './meter.ts';
import type { Services } from './operation.ts';
import type { Ports, SwitchPort } from './ports.ts';
import { mergeInto, ordered, type Program } from './program.ts';
import { deeper, type Op, type Run, restoring, type Shortening } from './run.ts';

/** What the pipeline works on, and what it tells. */
export interface Parts {
  flows(): readonly FlowTable[];
  readonly ports: Ports;
  readonly groups: ReadonlyMap<number, Group>;
  readonly meters: ReadonlyMap<number, Meter>;
  /** A packet for the controllers. */
  packetIn(run: Run, reason: number): void;
  /** A flow keeps at most these timeouts. */
  shorten(shortening: Shortening): void;
  /** A packet taught a flow. */
  learn(lesson: Lesson): void;
}

/** Carries packets through the tables, groups and meters. */
export class Pipeline implements Services, Liveness {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A packet that came in, from the first table on. */
  process(run: Run): void {
    this.#tables(run, 0);
    run.flow = run.firstFlow;
    run.tableId = 0;
    this.#finish(run);
  }

  /** The actions of a packet-out. False when they never end: then nothing was done. */
  carryOut(run: Run, ops: readonly Op[]): boolean {
    run.packetOut = true;
    perform(run, ops);
    this.#finish(run);
    return !run.failed;
  }

  #finish(run: Run): void {
    if (run.actionSet.length > 0 && !run.exited && !run.failed) {
      run.nested = true;
      perform(run, ordered(run.actionSet));
    }
    if (run.failed) run.effects.length = run.firstEffect;
    else {
      for (const counter of run.counters) {
        counter.packets++;
        counter.bytes += run.length;
        counter.usedAt = run.now;
      }
      for (const shortening of run.shortenings) this.#parts.shorten(shortening);
      for (const lesson of run.lessons) this.#parts.learn(lesson);
    }
  }

  #tables(run: Run, first: number): void {
    const { packet } = run;
    for (let tableId = first; tableId >= 0; ) {
      const table = this.#parts.flows()[tableId];
      if (table === undefined) return;
      run.tableId = tableId;
      table.lookups++;
      const flow = lookup(table, packet.key);
      run.flow = flow;
      run.firstFlow ??= flow;
      if (flow === undefined) return; // 5.4: without a table-miss entry the packet is dropped
      table.matches++;
      run.counters.push(flow);
      tableId = this.#instructions(run, flow.program);
    }
  }

  /** Gives the next table; -1: none. */
  #instructions(run: Run, program: Program): number {
    if (program.meterId !== undefined) this.#meter(run, program.meterId);
    if (program.apply.length > 0 && !perform(run, program.apply)) return -1;
    if (program.clears) run.actionSet.length = 0;
    if (program.write.length > 0) mergeInto(run.actionSet, program.write);
    if (program.metadata !== undefined) {
      const [v0, v1, m0, m1] = program.metadata;
      const { words } = run.packet.key;
      words[METADATA] = (words[METADATA]! & ~m0!) | v0!;
      words[METADATA + 1] = (words[METADATA + 1]! & ~m1!) | v1!;
    }
    return program.next;
  }

  #meter(run: Run, meterId: number): void {
    const meter = this.#parts.meters.get(meterId);
    if (meter !== undefined && !run.muted && !meter.passes(run.packet.frame.length, run.now)) run.muted = true;
  }

  output(run: Run, port: number): void {
    switch (port) {
      case OFPP.IN_PORT:
        this.#emit(run, this.#parts.ports.at(run.packet.inPort));
        return;
      case OFPP.TABLE:
        this.resubmit(run, 0, undefined);
        return;
      case OFPP.ALL:
      case OFPP.FLOOD:
        for (const each of this.#parts.ports.all) if (each.portNo !== run.packet.inPort) this.#emit(run, each);
        return;
      case OFPP.CONTROLLER:
        this.toController(run, run.flow?.isTableMiss && !run.nested && !run.packetOut ? OFPR.NO_MATCH : OFPR.ACTION);
        return;
      default:
        if (port !== run.packet.inPort) this.#emit(run, this.#parts.ports.at(port));
    }
  }

  #emit(run: Run, port: SwitchPort | undefined): void {
    if (port === undefined || run.muted || (port.config & OFPPC.NO_FWD) !== 0) return;
    const frame = run.packet.bytes();
    if (!port.works) {
      port.txDropped++;
      return;
    }
    port.txPackets++;
    port.txBytes += frame.length;
    run.effects.push({ type: 'output', port: port.portNo, frame });
  }

  toController(run: Run, reason: number): void {
    if (!run.muted) this.#parts.packetIn(run, reason);
  }

  resubmit(run: Run, tableId: number, inPort: number | undefined): void {
    const { flow, tableId: from, packet } = run;
    const port = packet.inPort;
    deeper(run, () => {
      // The packet is looked up with the other port; the flow that is found sees the true one again.
      if (inPort !== undefined) packet.key.putU32(AT.inPort, inPort);
      this.#lookupOnce(run, tableId, port);
    });
    run.flow = flow;
    run.tableId = from;
  }

  #lookupOnce(run: Run, tableId: number, inPort: number): void {
    const table = this.#parts.flows()[tableId];
    const flow = table === undefined ? undefined : lookup(table, run.packet.key);
    run.packet.key.putU32(AT.inPort, inPort);
    if (table === undefined) return;
    run.tableId = tableId;
    table.lookups++;
    if (flow === undefined) return;
    table.matches++;
    run.flow = flow;
    run.counters.push(flow);
    const next = this.#instructions(run, flow.program);
    if (next >= 0) this.#tables(run, next);
  }

  group(run: Run, groupId: number): void {
    const group = this.#parts.groups.get(groupId);
    if (group === undefined) return;
    const { groupType } = group;
    if (groupType === OFPGT.ALL) {
      for (const bucket of group.buckets) this.#bucket(run, bucket);
    } else {
      const bucket = groupType === OFPGT.SELECT ? group.select(run.packet.key, this) : group.first(this);
      if (bucket === undefined) return;
      this.#bucket(run, bucket);
    }
    run.counters.push(group);
  }

  #bucket(run: Run, bucket: Bucket): void {
    const { nested, exited } = run;
    run.counters.push(bucket);
    restoring(run, () => {
      run.nested = true;
      deeper(run, () => perform(run, bucket.ops));
    });
    run.nested = nested;
    run.exited = exited;
  }

  shorten(run: Run, idleTimeout: number, hardTimeout: number): void {
    const { flow } = run;
    if (flow !== undefined) run.shortenings.push({ flow, idleTimeout, hardTimeout });
  }

  hasGroup(groupId: number): boolean {
    return this.#parts.groups.has(groupId);
  }

  hasMeter(meterId: number): boolean {
    return this.#parts.meters.has(meterId);
  }

  portLives(portNo: number): boolean {
    return this.#parts.ports.at(portNo)?.works ?? false;
  }

  groupLives(groupId: number, depth: number): boolean {
    return this.#parts.groups.get(groupId)?.lives(this, depth) ?? false;
  }
}

const METADATA = AT.metadata / 4;

/** The flow of a packet. No fragment shows its ports, not even the first (OFPC_FRAG_NORMAL, as Open vSwitch has it). */
function lookup({ flows }: FlowTable, key: FlowKey): Flow | undefined {
  if (key.bytes[AT.ipFrag] === 0) return flows.lookup(key);
  const ports = key.words[AT.l4Src / 4]!;
  key.words[AT.l4Src / 4] = 0;
  const flow = flows.lookup(key);
  key.words[AT.l4Src / 4] = ports;
  return flow;
}

/** Carries operations out one after the other; false when one of them ended the list. */
function perform(run: Run, ops: readonly Op[]): boolean {
  for (let i = 0; i < ops.length; i++) {
    if (run.exited || run.failed) return false;
    if (!ops[i]!(run)) return false;
  }
  return !run.exited && !run.failed;
}
