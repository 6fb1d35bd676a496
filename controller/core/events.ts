import type { ActionInput, Match } from '../../openflow/index.ts';
import type { Dpid } from './dpid.ts';

/**
 * The lines of the log (`docs/log.md`). One JSON object each; `v` is the version of the shapes, `seq` counts all lines of
 * this run, `time` is ISO 8601 in UTC.
 */
export type LogEntry =
  | DecisionEntry
  | EndEntry
  | AdoptedEntry
  | RefusedEntry
  | ServerEntry
  | ServiceEntry
  | SwitchEntry
  | RestoredEntry
  | TableEntry
  | ConfigEntry
  | AlertEntry
  | WarningEntry;

interface Line<T extends string> {
  readonly v: 1;
  readonly seq: number;
  readonly time: string;
  readonly type: T;
}

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
}

export interface NamedEndpoint extends Endpoint {
  readonly name: string;
}

/** A flow as it was installed. */
export interface FlowView {
  readonly table: number;
  readonly priority: number;
  readonly match: Match;
  readonly actions: readonly ActionInput[];
}

interface ConnectionLine {
  readonly service: string;
  readonly dpid: Dpid;
  readonly protocol: 'tcp' | 'udp';
  readonly client: Endpoint;
  readonly vip: Endpoint;
}

/** Why a server was chosen. */
export interface Reason {
  readonly rule: string;
  /** With `score`, lower is better; what it measures is the strategy's matter. Of many candidates some: the chosen one first. */
  readonly candidates: readonly { readonly name: string; readonly score?: number }[];
  /** How many candidates there were, where not all are named. */
  readonly of?: number;
}

/** A server was chosen for a new connection. */
export interface DecisionEntry extends Line<'decision'>, ConnectionLine {
  readonly server: NamedEndpoint;
  readonly strategy: string;
  readonly reason: Reason;
  /** The server that the service's shadow would have chosen; null: none. */
  readonly shadow?: { readonly strategy: string; readonly server: string | null };
  readonly flows: readonly FlowView[];
}

/** A connection of an earlier run, found living in the switch. */
export interface AdoptedEntry extends Line<'adopted'>, ConnectionLine {
  readonly server: NamedEndpoint;
}

/** No server for a new connection; the client was refused at once. */
export interface RefusedEntry extends Line<'refused'>, ConnectionLine {
  readonly reason: { readonly rule: string; readonly servers: readonly { readonly name: string; readonly state: string }[] };
}

/**
 * Why a connection ended: `fin` a FIN or RST was seen, `idle` silence, `deleted` its flows were deleted, `replaced` the client
 * began anew, `no-room` the switch refused its flows, `server-down` its server died, `maintenance` its server was taken out of use,
 * `removed` its service is no longer configured.
 */
export type EndReason = 'fin' | 'idle' | 'deleted' | 'replaced' | 'no-room' | 'server-down' | 'maintenance' | 'removed';

/** Both flows of a connection are gone. `in` is client to server. */
export interface EndEntry extends Line<'end'> {
  /** `seq` of the decision, or of the adoption. */
  readonly of: number;
  readonly service: string;
  readonly server: string;
  readonly client: Endpoint;
  readonly bytes: { readonly in: number; readonly out: number };
  readonly packets: { readonly in: number; readonly out: number };
  /**
   * From the decision to the server's last word where that was observed, else to the last packet as exact as the switch's idle clock
   * (about a second).
   */
  readonly durationMs: number;
  /** From the decision to the server's SYN-ACK, where that was observed. */
  readonly responseMs?: number;
  readonly why: EndReason;
}

export interface ServerEntry extends Line<'server'> {
  readonly service: string;
  readonly server: string;
  readonly state: 'up' | 'down';
  readonly reason: string;
}

/**
 * How a service is as a whole: `up` some server takes new connections, `panic` servers are kept in use although their probes fail,
 * `down` no server takes any.
 */
export interface ServiceEntry extends Line<'service'> {
  readonly service: string;
  readonly state: 'up' | 'panic' | 'down';
  readonly reason: string;
}

/** What differed from what should be in a switch. */
export interface Difference {
  readonly missing: number;
  readonly changed: number;
  /** vipflow's, and not wanted. */
  readonly surplus: number;
}

export interface Differences {
  readonly flows: Difference;
  readonly groups: Difference;
  readonly meters: Difference;
}

/** How many things differed. */
export function countOf({ flows, groups, meters }: Differences): number {
  return [flows, groups, meters].reduce((sum, { missing, changed, surplus }) => sum + missing + changed + surplus, 0);
}

/** Somebody else changed what a switch should hold, and it was put back. */
export interface RestoredEntry extends Line<'restored'>, Differences {
  readonly dpid: Dpid;
  /** Connections whose flows were deleted and put back. */
  readonly connections: number;
  /** Some of the things that differed, in words. */
  readonly examples: readonly string[];
  /** Everything that was put back in this switch so far. */
  readonly total: number;
}

/** How full a flow table of a switch is; logged when the state changes. */
export interface TableEntry extends Line<'table'> {
  readonly dpid: Dpid;
  readonly table: number;
  readonly flows: number;
  readonly limit: number;
  readonly state: 'ok' | 'nearly-full' | 'full';
}

/** The configuration in force changed, or a new one was refused and the old one goes on. */
export interface ConfigEntry extends Line<'config'> {
  readonly state: 'applied' | 'refused';
  /** What asked for it: a file's name, `rest`, `elasticity`. */
  readonly source: string;
  /** `web/server2: weight 1 -> 5`, one text for each change; for a refused one each problem with its place. */
  readonly changes: readonly string[];
}

/** An alert that goes to people (`controller/alerts`). */
export interface AlertEntry extends Line<'alert'> {
  readonly alert: string;
  /** What it is about: `web/server1`, a dpid. */
  readonly subject: string;
  readonly state: 'raised' | 'resolved' | 'undelivered';
  readonly message: string;
}

export interface SwitchEntry extends Line<'switch'> {
  readonly dpid: Dpid | undefined;
  readonly address: string;
  readonly state: 'connected' | 'lost' | 'refused';
  readonly reason: string;
}

/** Something an operator should look at. */
export interface WarningEntry extends Line<'warning'> {
  readonly message: string;
}

/** The lines of `/flows`; all others are on `/events`. */
export const FLOW_ENTRIES = ['decision', 'end', 'adopted', 'refused'] as const satisfies readonly LogEntry['type'][];

/** A line of `/events`. */
export type EventEntry = Exclude<LogEntry, { readonly type: (typeof FLOW_ENTRIES)[number] }>;

/** Adds a line to the log, of which number and time are not known yet. */
export type WriteLog = <T extends LogEntry['type']>(
  type: T,
  rest: Omit<Extract<LogEntry, { type: T }>, 'v' | 'seq' | 'time' | 'type'>,
) => void;

/** Gives each line its number and time. One for each run. */
export class Sequence {
  #last = 0;
  #now = Number.NaN;
  #time = '';

  /** The head of the next line of the log at `now` (milliseconds since the epoch). */
  next<T extends LogEntry['type']>(type: T, now: number): { v: 1; seq: number; time: string; type: T } {
    this.#last += 1;
    if (now !== this.#now) {
      this.#now = now;
      this.#time = new Date(now).toISOString();
    }
    return { v: 1, seq: this.#last, time: this.#time, type };
  }
}
