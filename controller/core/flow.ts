import {
  type ActionInput,
  encode,
  type InstructionInput,
  type Match,
  type MessageInput,
  type MessageOf,
  OFPET,
  OFPFC,
  OFPFF,
  OFPP,
  ONF_BCT,
  ONF_BF,
} from '../../openflow/index.ts';
import { type Command, send } from './command.ts';
import type { Dpid } from './dpid.ts';
import type { FlowView } from './events.ts';

/** A flow in the words of the pipeline: actions, then where the packet goes on. */
export interface Flow {
  readonly table: number;
  readonly priority: number;
  readonly match: Match;
  readonly actions: readonly ActionInput[];
  /** The next table; absent: the actions are all. */
  readonly next?: number;
  readonly cookie: bigint;
  /** Whole seconds; 0 or absent: never. */
  readonly idleTimeoutSec?: number;
  /** Tell us when it goes, with its counters. */
  readonly reportsRemoval?: boolean;
}

/** What tells a flow from all others, and whose it is. */
export type FlowKey = Pick<Flow, 'table' | 'priority' | 'match' | 'cookie'>;

export function instructionsOf({ actions, next }: Pick<Flow, 'actions' | 'next'>): InstructionInput[] {
  return [
    ...(actions.length > 0 ? [{ type: 'applyActions' as const, actions: [...actions] }] : []),
    ...(next === undefined ? [] : [{ type: 'gotoTable' as const, tableId: next }]),
  ];
}

/** Adds a flow, or replaces the one with the same match and priority. */
export function addFlow(dpid: Dpid, flow: Flow): Command {
  return send(dpid, flowModOf(flow));
}

/** The message that adds a flow. */
export function flowModOf(flow: Flow): Extract<MessageInput, { type: 'flowMod' }> {
  return {
    type: 'flowMod',
    command: OFPFC.ADD,
    tableId: flow.table,
    priority: flow.priority,
    cookie: flow.cookie,
    idleTimeout: flow.idleTimeoutSec ?? 0,
    // A flow of another connection may still be there under the same match: its counters are not this one's.
    flags: flow.reportsRemoval ? OFPFF.SEND_FLOW_REM | OFPFF.RESET_COUNTS : 0,
    match: flow.match,
    instructions: instructionsOf(flow),
  };
}

/** Deletes one flow, by table, priority, match and cookie. */
export function deleteFlow(dpid: Dpid, flow: FlowKey): Command {
  return send(dpid, {
    type: 'flowMod',
    command: OFPFC.DELETE_STRICT,
    tableId: flow.table,
    priority: flow.priority,
    cookie: flow.cookie,
    cookieMask: 0xffff_ffff_ffff_ffffn,
    match: flow.match,
  });
}

/**
 * The flow-mods among the commands take effect at one moment or not at all, as a bundle (ONF EXT-230); the other commands
 * follow. `bundleId` tells the bundles of a switch apart while they are open.
 */
export function atomically(dpid: Dpid, bundleId: number, commands: readonly Command[]): Command[] {
  const isMod = (command: Command) => command.type === 'send' && command.dpid === dpid && command.message.type === 'flowMod';
  const flags = ONF_BF.ATOMIC | ONF_BF.ORDERED;
  const control = (controlType: number) => send(dpid, { type: 'bundleControl', bundleId, controlType, flags });
  // The message inside has to carry the transaction id of the one around it; nobody waits for either.
  const add = (command: Command) =>
    command.type === 'send'
      ? send(dpid, { type: 'bundleAdd', xid: 0, bundleId, flags, message: encode({ ...command.message, xid: 0 }) })
      : command;
  return [
    control(ONF_BCT.OPEN_REQUEST),
    ...commands.filter(isMod).map(add),
    control(ONF_BCT.COMMIT_REQUEST),
    ...commands.filter(command => !isMod(command)),
  ];
}

/** The cookie of the flow that a switch refused to add; undefined when it refused something else. */
export function refusedCookie({ errType, data }: MessageOf<'error'>): bigint | undefined {
  // The error has the first 64 bytes of the flow-mod at least (7.4.4); its cookie is behind the header (7.3.4.1).
  if (errType !== OFPET.FLOW_MOD_FAILED || data.length < COMMAND_END || data[1] !== FLOW_MOD) return undefined;
  if (data[COMMAND_END - 1] !== OFPFC.ADD) return undefined;
  return new DataView(data.buffer, data.byteOffset).getBigUint64(COOKIE_AT);
}

const FLOW_MOD = 14; // OFPT_FLOW_MOD
const COOKIE_AT = 8;
const COMMAND_END = 26;

/** Sends a frame through actions of the switch, as if it had come in at `inPort`. */
export function packetOut(dpid: Dpid, inPort: number, actions: readonly ActionInput[], data: Uint8Array): Command {
  return send(dpid, { type: 'packetOut', inPort, actions: [...actions], data });
}

/** Sends a frame of our own out of a port. */
export function frameOut(dpid: Dpid, port: number, frame: Uint8Array): Command {
  return packetOut(dpid, OFPP.CONTROLLER, [{ type: 'output', port }], frame);
}

export function viewOf({ table, priority, match, actions }: Flow): FlowView {
  return { table, priority, match, actions };
}
