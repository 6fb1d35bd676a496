import { z } from 'zod';
import { SERVER_STATES } from '../core/config/server.ts';
import { adoptedLine, decisionLine, endLine, eventLine } from './log/shapes.ts';

/**
 * The resources of the REST interface, as JSON. From here come the OpenAPI document, and the types of those who ask: the dashboard, the
 * command line. Instants are ISO 8601 in UTC, durations are milliseconds and say so (`Ms`), rates are per second, shares are from 0 to 1.
 */

const count = z.int().min(0);
const instant = z.iso.datetime();
const ms = z.number().min(0);
const rate = z.number().min(0);
const share = z.number().min(0).max(1);
const dpid = z.string().regex(/^[0-9a-f]{16}$/);
const options = z.record(z.string(), z.unknown());

/** What is wrong, and where: `path` as in the body that was sent, or in the configuration. */
export const problem = z
  .object({
    path: z.string().describe('`servers.0.weight`; empty for the whole'),
    message: z.string(),
    line: z.int().optional(),
    column: z.int().optional(),
  })
  .meta({ id: 'ProblemPlace' });

/** RFC 9457. */
export const problemDetails = z
  .object({
    type: z.string().describe('`about:blank`: the status says it all'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    problems: z.array(problem).optional(),
  })
  .meta({ id: 'Problem' });

export const status = z
  .object({
    version: z.string(),
    startedAt: instant.describe('names this run: `seq` counts from 1 in each'),
    now: instant,
    uptimeMs: ms,
    switches: count.describe('connected ones'),
    connections: count.describe('living ones, and those that have just closed'),
    services: count,
    decisionsPerSecond: rate,
    seq: count.describe('of the last line of the log'),
    config: z.object({
      file: z.string().nullable(),
      writable: z.boolean().describe('POST /config/save would work'),
      unsaved: z.boolean().describe('what is in force is not what the file says'),
    }),
  })
  .meta({ id: 'Status' });

export const server = z
  .object({
    name: z.string(),
    ip: z.string(),
    port: z.int(),
    weight: z.number().describe('as configured'),
    ramp: share.describe('part of its weight that counts; below 1 while it grows back after a return'),
    state: z.enum(SERVER_STATES).describe("the operator's wish"),
    health: z.enum(['unknown', 'up', 'down']),
    reason: z.string().describe('why its health is so'),
    since: instant.nullable().describe('when its health changed last'),
    location: z.object({ dpid, port: z.int(), mac: z.string() }).nullable(),
    connections: count.describe('living ones'),
    oldestMs: ms.nullable().describe('age of its oldest living connection'),
    chosen: count.describe('connections it was chosen for since the start'),
    share: share.nullable().describe("of the service's new connections of the last minute; null: there were none"),
    expectedShare: share.describe('by the weights of those that take new connections'),
    newPerSecond: rate,
    bytesPerSecond: rate,
    responseMs: ms.nullable().describe('smoothed time to its answer to a SYN or a probe'),
  })
  .meta({ id: 'Server' });

export const service = z
  .object({
    name: z.string(),
    vip: z.string(),
    mac: z.string(),
    protocol: z.enum(['tcp', 'udp']),
    port: z.int(),
    strategy: z.object({ name: z.string(), options }),
    shadow: z
      .object({ name: z.string(), options, asked: count, agreed: count, chosen: z.record(z.string(), count) })
      .nullable()
      .describe('a second strategy that is asked, too, and decides nothing'),
    affinity: z.object({ by: z.string(), expiryMs: ms, ports: z.int() }),
    mode: z.string(),
    state: z.enum(['up', 'panic', 'down']),
    connections: count,
    newPerSecond: rate,
    bytesPerSecond: rate,
    servers: z.array(server),
  })
  .meta({ id: 'Service' });

export const strategy = z
  .object({
    name: z.string(),
    summary: z.string(),
    options: z.record(z.string(), z.unknown()).describe('JSON Schema of its settings'),
    wants: z.object({ closes: z.boolean(), responses: z.boolean(), traffic: z.boolean() }),
  })
  .meta({ id: 'Strategy' });

export const port = z
  .object({
    port: z.int(),
    name: z.string(),
    mac: z.string(),
    up: z.boolean(),
    rxBytesPerSecond: rate.nullable().describe('into the switch, smoothed over some seconds; null: not measured'),
    txBytesPerSecond: rate.nullable().describe('out of the switch'),
  })
  .meta({ id: 'Port' });

const capabilities = z
  .object({
    tcpFlags: z.boolean().describe('flows match TCP flags'),
    finTimeout: z.boolean().describe('flows leave soon after their connection'),
    registers: z.boolean().describe('bits are moved between fields'),
    learn: z.boolean().describe('flows write flows'),
    bundles: z.boolean().describe('messages take effect at one moment'),
    selectGroups: z.boolean(),
    meters: z.boolean(),
    keepsOrder: z.boolean().describe('it works in order without barriers'),
  })
  .meta({ id: 'Capabilities' });

export const switchShape = z
  .object({
    dpid,
    number: z.int().describe('the datapath id as a number, as people say it'),
    address: z.string(),
    description: z.string(),
    connected: z.boolean(),
    since: instant.describe('when it connected, or was lost'),
    ports: z.array(port),
    flows: count.nullable().describe('in its tables; null: it did not say'),
    capabilities: capabilities
      .nullable()
      .describe('what it can do beyond OpenFlow 1.3, as it was asked; null: it is not connected'),
    restored: count.describe('flows, groups, meters and connections that were put back after somebody else had changed them'),
  })
  .meta({ id: 'Switch' });

export const flow = z
  .object({
    table: z.int(),
    priority: z.int(),
    match: z.record(z.string(), z.unknown()),
    actions: z.array(z.record(z.string(), z.unknown())),
    next: z.int().nullable().describe('the table that it goes on to'),
    cookie: z.string().describe('hexadecimal'),
    owner: z.string().nullable().describe('which part of vipflow installed it; null: somebody else'),
    service: z.string().nullable(),
    server: z.string().nullable(),
    packets: count,
    bytes: count,
    ageMs: ms,
    idleTimeoutMs: ms.nullable(),
    text: z.string().describe('in the manner of `ovs-ofctl dump-flows`'),
  })
  .meta({ id: 'Flow' });

export const host = z
  .object({
    mac: z.string(),
    ip: z.string().nullable(),
    dpid,
    port: z.int(),
    role: z.enum(['server', 'client', 'other']),
    name: z.string().nullable().describe('`web/server1`'),
  })
  .meta({ id: 'Host' });

const linkEnd = z.object({ dpid, port: z.int() });
export const link = z.object({ a: linkEnd, b: linkEnd }).meta({ id: 'Link' });

export const connection = z
  .object({
    id: z.int().describe('`seq` of its decision or adoption'),
    service: z.string(),
    server: z.string(),
    client: z.object({ ip: z.string(), port: z.int() }),
    dpid,
    protocol: z.enum(['tcp', 'udp']),
    since: instant,
    ageMs: ms,
    answeredMs: ms.nullable().describe("from the decision to the server's SYN-ACK"),
    closed: z.boolean().describe('its server has closed it; its flows are still there'),
  })
  .meta({ id: 'Connection' });

export const connections = z.object({ total: count, items: z.array(connection) }).meta({ id: 'Connections' });

export const decision = decisionLine.extend({ end: endLine.optional() }).meta({ id: 'DecisionAndEnd' });
export const adoption = adoptedLine.extend({ end: endLine.optional() }).meta({ id: 'AdoptionAndEnd' });
export const decisions = z.object({ items: z.array(decision).readonly() }).meta({ id: 'Decisions' });

const numbers = z.array(z.number().nullable());
export const series = z
  .object({
    new: numbers.describe('new connections in each step'),
    active: numbers.describe('living connections at its end; null: the controller did not run or did not know it'),
    bytes: numbers.describe('bytes in each step, both ways'),
    response: numbers.describe('mean time to the SYN-ACK in milliseconds; null: nothing was measured'),
  })
  .meta({ id: 'Series' });

export const statistics = z
  .object({
    from: instant.describe('begin of the first step'),
    stepMs: z.int(),
    series: z.record(z.string(), series).describe('by `web` for a service and `web/server1` for a server'),
  })
  .meta({ id: 'Statistics' });

export const alert = z
  .object({
    alert: z.string().describe('`server-down`, `switch-lost`, ...'),
    subject: z.string().describe('`web/server1`, `web`, a dpid'),
    service: z.string().nullable(),
    since: instant,
    reason: z.string(),
  })
  .meta({ id: 'Alert' });

export const events = z.object({ items: z.array(eventLine).readonly() }).meta({ id: 'Events' });

export const check = z
  .object({
    valid: z.boolean(),
    problems: z.array(problem),
    changes: z.array(z.string()).describe('against what is in force'),
  })
  .meta({ id: 'Check' });

export const applied = z
  .object({ changes: z.array(z.string()).describe('`web/server2: weight 1 -> 5`') })
  .meta({ id: 'Applied' });

/** With `?snapshot=1` the first line of a log: everything as it is at `seq`; what follows are the changes. */
export const snapshotLine = z
  .object({
    v: z.literal(1),
    type: z.literal('snapshot'),
    run: instant,
    seq: count,
    status,
    services: z.array(service),
    switches: z.array(switchShape),
  })
  .meta({ id: 'SnapshotLine' });

export type SnapshotLine = z.output<typeof snapshotLine>;
export type Problem = z.output<typeof problem>;
export type ProblemDetails = z.output<typeof problemDetails>;
export type StatusView = z.output<typeof status>;
export type ServerView = z.output<typeof server>;
export type ServiceView = z.output<typeof service>;
export type StrategyView = z.output<typeof strategy>;
export type PortView = z.output<typeof port>;
export type SwitchView = z.output<typeof switchShape>;
export type InstalledFlowView = z.output<typeof flow>;
export type HostView = z.output<typeof host>;
export type LinkView = z.output<typeof link>;
export type ConnectionView = z.output<typeof connection>;
export type ConnectionsView = z.output<typeof connections>;
export type DecisionView = z.output<typeof decision>;
export type AdoptionView = z.output<typeof adoption>;
export type DecisionsView = z.output<typeof decisions>;
export type SeriesView = z.output<typeof series>;
export type StatisticsView = z.output<typeof statistics>;
export type AlertView = z.output<typeof alert>;
export type EventsView = z.output<typeof events>;
export type CheckView = z.output<typeof check>;
export type AppliedView = z.output<typeof applied>;
