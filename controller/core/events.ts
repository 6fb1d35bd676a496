import { z } from 'zod';
import type { ActionInput, Match } from '../../openflow/index.ts';
import type { Dpid } from './dpid.ts';

/**
 * The lines of the log (`docs/log.md`), as schemas; the types follow from them. The WebSockets `/flows` and `/events` carry them, REST
 * returns them.
 */

const head = <T extends string>(type: T) => ({
  v: z.literal(1).describe('version of the line shapes'),
  seq: z.int().describe('number of the line in this run, counted over both logs'),
  time: z.iso.datetime(),
  type: z.literal(type),
});

/** A schema that says no more of a value than `schema`, for types that know more. */
const as = <T>(schema: z.ZodType) => schema as z.ZodType<T>;

const dpid = as<Dpid>(z.string());
const endpoint = z.object({ ip: z.string(), port: z.int() });
const named = endpoint.extend({ name: z.string() });
const ways = z.object({ in: z.number(), out: z.number() });
const sentence = z.string().describe('one sentence');

const flow = z.object({
  table: z.int(),
  priority: z.int(),
  match: as<Match>(z.record(z.string(), z.unknown())),
  actions: z.array(as<ActionInput>(z.record(z.string(), z.unknown()))).readonly(),
});

const ofConnection = {
  service: z.string(),
  dpid,
  protocol: z.enum(['tcp', 'udp']),
  client: endpoint,
  vip: endpoint,
};

/** With `score`, lower is better; what it measures is the strategy's matter. Of many candidates some: the chosen one first. */
const candidate = z.object({ name: z.string(), score: z.number().optional() });

const reason = z.object({
  rule: z.string(),
  candidates: z.array(candidate).readonly(),
  of: z.int().optional().describe('number of candidates, when the list is shortened'),
});

/** A server was chosen for a new connection. `shadow`: what the service's second strategy would have chosen; null: none. */
export const decisionLine = z
  .object({
    ...head('decision'),
    ...ofConnection,
    server: named,
    strategy: z.string(),
    reason,
    shadow: z.object({ strategy: z.string(), server: z.string().nullable() }).optional(),
    flows: z.array(flow).readonly().describe('the reverse flow, then the forward flow'),
  })
  .meta({ id: 'DecisionLine' });

/** A connection of an earlier run, found living in the switch. */
export const adoptedLine = z.object({ ...head('adopted'), ...ofConnection, server: named }).meta({ id: 'AdoptedLine' });

/** No server for a new connection; the client was refused at once. */
export const refusedLine = z
  .object({
    ...head('refused'),
    ...ofConnection,
    reason: z.object({ rule: z.string(), servers: z.array(z.object({ name: z.string(), state: z.string() })).readonly() }),
  })
  .meta({ id: 'RefusedLine' });

/**
 * `fin` a FIN or RST was seen, `idle` silence, `deleted` its flows were deleted, `replaced` the client began anew, `no-room` the switch
 * refused its flows, `server-down` its server died, `maintenance` its server was taken out of use, `removed` its service is no longer
 * configured.
 */
const why = z.enum(['fin', 'idle', 'deleted', 'replaced', 'no-room', 'server-down', 'maintenance', 'removed']);

/**
 * Both flows of a connection are gone. `durationMs`: from the decision to the server's last word where that was observed, else to the last
 * packet as exact as the switch's idle clock (about a second). `responseMs`: to the server's SYN-ACK, where that was observed.
 */
export const endLine = z
  .object({
    ...head('end'),
    of: z.int().describe('`seq` of the decision or adoption'),
    service: z.string(),
    server: z.string(),
    client: endpoint,
    bytes: ways.describe('`in`: from the client to the server'),
    packets: ways,
    durationMs: z.number(),
    responseMs: z.number().optional(),
    why,
  })
  .meta({ id: 'EndLine' });

const serverLine = z.object({
  ...head('server'),
  service: z.string(),
  server: z.string(),
  state: z.enum(['up', 'down']),
  reason: sentence,
});

/** `up`: some server takes new connections, `panic`: servers are kept in use although their probes fail, `down`: no server takes any. */
const serviceLine = z.object({
  ...head('service'),
  service: z.string(),
  state: z.enum(['up', 'panic', 'down']),
  reason: sentence,
});

const switchLine = z.object({
  ...head('switch'),
  dpid: dpid.optional(),
  address: z.string(),
  state: z.enum(['connected', 'lost', 'refused']),
  reason: sentence,
});

const difference = z.object({
  missing: z.int(),
  changed: z.int(),
  surplus: z.int().describe('with the cookie of vipflow, and not wanted'),
});

/** Somebody else changed what a switch should hold, and it was put back. */
const restoredLine = z.object({
  ...head('restored'),
  dpid,
  flows: difference,
  groups: difference,
  meters: difference,
  connections: z.int().describe('connections whose deleted flows were restored'),
  examples: z.array(z.string()).readonly().describe('some of the things that differed, in words'),
  total: z.int().describe('number of things that were restored in this switch since the start of this run'),
});

/** How full a flow table of a switch is; logged when the state changes. */
const tableLine = z.object({
  ...head('table'),
  dpid,
  table: z.int(),
  flows: z.int(),
  limit: z.int(),
  state: z.enum(['ok', 'nearly-full', 'full']),
});

/**
 * The configuration in force changed, or a new one was refused and the old one goes on. `source`: a file's name, `rest`, `elasticity`.
 * `changes`: `web/server2: weight 1 -> 5`, one text for each; for a refused one each problem with its place.
 */
const configLine = z.object({
  ...head('config'),
  state: z.enum(['applied', 'refused']),
  source: z.string(),
  changes: z.array(z.string()).readonly(),
});

/** An alert that goes to people (`controller/alerts`). `subject`: `web/server1`, a dpid. */
const alertLine = z.object({
  ...head('alert'),
  alert: z.string(),
  subject: z.string(),
  state: z.enum(['raised', 'resolved', 'undelivered']),
  message: sentence,
});

/** Something an operator should look at. */
const warningLine = z.object({ ...head('warning'), message: sentence });

/** A line of `/flows`. */
export const flowLine = z.discriminatedUnion('type', [decisionLine, adoptedLine, refusedLine, endLine]).meta({ id: 'FlowLine' });

/** A line of `/events`. */
export const eventLine = z
  .discriminatedUnion('type', [serverLine, serviceLine, switchLine, restoredLine, tableLine, configLine, alertLine, warningLine])
  .meta({ id: 'EventLine' });

type Of<Schema extends z.ZodType> = Readonly<z.output<Schema>>;

export type Endpoint = Of<typeof endpoint>;
/** A flow as it was installed. */
export type FlowView = Of<typeof flow>;
/** Why a server was chosen. */
export type Reason = Of<typeof reason>;
export type DecisionEntry = Of<typeof decisionLine>;
export type AdoptedEntry = Of<typeof adoptedLine>;
export type RefusedEntry = Of<typeof refusedLine>;
export type EndEntry = Of<typeof endLine>;
export type EndReason = Of<typeof why>;
export type ServerEntry = Of<typeof serverLine>;
export type ServiceEntry = Of<typeof serviceLine>;
export type SwitchEntry = Of<typeof switchLine>;
export type RestoredEntry = Of<typeof restoredLine>;
export type TableEntry = Of<typeof tableLine>;
export type ConfigEntry = Of<typeof configLine>;
export type AlertEntry = Of<typeof alertLine>;
export type EventEntry = Of<typeof eventLine>;
export type LogEntry = Of<typeof flowLine> | EventEntry;

/** What differed from what should be in a switch. */
export type Difference = Of<typeof difference>;
export type Differences = Pick<RestoredEntry, 'flows' | 'groups' | 'meters'>;

/** How many things differed. */
export function countOf({ flows, groups, meters }: Differences): number {
  return [flows, groups, meters].reduce((sum, { missing, changed, surplus }) => sum + missing + changed + surplus, 0);
}

/** The lines of `/flows`; all others are on `/events`. */
export const FLOW_ENTRIES = ['decision', 'end', 'adopted', 'refused'] as const satisfies readonly LogEntry['type'][];

/** A line without its head. */
export type Body<Entry extends LogEntry> = Omit<Entry, keyof ReturnType<typeof head>>;

/** Adds a line to the log, of which number and time are not known yet. */
export type WriteLog = <T extends LogEntry['type']>(type: T, rest: Body<Extract<LogEntry, { type: T }>>) => void;

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
