import { type Command, messagesOf } from '../../../controller/core/command.ts';
import type { Dpid } from '../../../controller/core/dpid.ts';
import { flowProblem, PRIORITY, TABLE } from '../../../controller/core/pipeline.ts';
import { inSendOrder } from '../../../controller/switches/send-order.ts';
import { decode, type MessageInput, OFPFC } from '../../../openflow/index.ts';

export type FlowMod = Extract<MessageInput, { type: 'flowMod' }>;

/** A flow of a connection that is gone, and whether anybody deleted it. */
export interface Gone {
  readonly dpid: Dpid;
  readonly flow: FlowMod;
  readonly isDeleted: boolean;
}

/** The flows of connections in some switches, as their tables have them: by table, priority and match. Finds what should never be. */
export class SwitchTables {
  readonly problems: string[] = [];
  /** Who is not connected gets nothing. */
  readonly connected = new Set<Dpid>();
  readonly #tables = new Map<Dpid, Map<string, FlowMod>>();

  flows(dpid: Dpid): FlowMod[] {
    return [...(this.#tables.get(dpid)?.values() ?? [])];
  }

  /** Carries out what was decided; gives the flows that went. */
  take(commands: readonly Command[]): Gone[] {
    const gone: Gone[] = [];
    for (const [dpid, messages] of messagesOf(commands)) {
      if (!this.connected.has(dpid)) continue;
      for (const message of inSendOrder(messages, true)) {
        const mod = message.type === 'bundleAdd' ? (decode(message.message) as MessageInput) : message;
        if (mod.type === 'flowMod' && mod.tableId === TABLE.service && mod.priority === PRIORITY.connection)
          gone.push(...this.#modify(dpid, mod));
        else if (mod.type === 'flowMod' && (mod.command ?? OFPFC.ADD) === OFPFC.ADD) this.#check(mod);
      }
    }
    for (const dpid of this.#tables.keys()) this.#checkBacks(dpid);
    return gone;
  }

  /** A flow goes, by a timeout or by somebody's hand. */
  drop(dpid: Dpid, flow: FlowMod): void {
    this.#tables.get(dpid)?.delete(keyOf(flow));
  }

  #modify(dpid: Dpid, mod: FlowMod): Gone[] {
    let table = this.#tables.get(dpid);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(dpid, table);
    }
    const key = keyOf(mod);
    const before = table.get(key);
    if (mod.command === OFPFC.DELETE_STRICT) {
      if (before === undefined || before.cookie !== mod.cookie) return [];
      table.delete(key);
      return [{ dpid, flow: before, isDeleted: true }];
    }
    this.#check(mod);
    if (before !== undefined && before.cookie !== mod.cookie)
      this.problems.push(
        `the flow of another connection was overwritten: ${key}, ${before.cookie!.toString(16)} by ${mod.cookie!.toString(16)} at ${dpid}`,
      );
    table.set(key, mod);
    return [];
  }

  #check(mod: FlowMod): void {
    const problem = flowProblem(mod);
    if (problem !== undefined) this.problems.push(problem);
  }

  /** A server could not tell apart what two connections send it. */
  #checkBacks(dpid: Dpid): void {
    const owners = new Map<string, bigint>();
    for (const flow of this.flows(dpid)) {
      const back = backOf(flow);
      const owner = owners.get(back);
      if (owner !== undefined && owner !== flow.cookie) this.problems.push(`two connections share ${back}`);
      owners.set(back, flow.cookie!);
    }
  }
}

function keyOf({ match = {} }: FlowMod): string {
  return JSON.stringify(Object.entries(match).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The addresses and ports between client and server, whichever direction the flow is. */
function backOf({ match = {}, instructions = [] }: FlowMod): string {
  const set: Record<string, unknown> = {};
  for (const instruction of instructions)
    if (instruction.type === 'applyActions')
      for (const action of instruction.actions) if (action.type === 'setField') Object.assign(set, action.field);
  const { ipProto, ipv4Src, ipv4Dst, tcpSrc, udpSrc, tcpDst, udpDst } = match;
  const [from, to] = [`${ipv4Src}:${tcpSrc ?? udpSrc}`, `${ipv4Dst}:${tcpDst ?? udpDst}`];
  if (set.ipv4Dst === undefined) return `protocol ${ipProto}, client ${to}, server ${from}`;
  return `protocol ${ipProto}, client ${from}, server ${set.ipv4Dst}:${set.tcpDst ?? set.udpDst}`;
}
