import { z } from 'zod';
import { SERVER_STATES } from '../core/config/server.ts';
import { adoptedLine, decisionLine, endLine, eventLine } from '../core/events.ts';

/**
 * The resources of the REST interface, as JSON. The OpenAPI document and the types of the clients are derived from them: the dashboard, the
 * command line. Instants are ISO 8601 in UTC, durations are milliseconds and say so (`Ms`), rates are per second, shares are from 0 to 1.
 */

const count = z.int().min(0);
const instant = z.iso.datetime();
const ms = z.number().min(0);
const rate = z.number().min(0);
const share = z.number().min(0).max(1);
const dpid = z.string().regex(/^[0-9a-f]{16}$/);
const options = z.record(z.string(), z.unknown());

/** An object with a name in the OpenAPI document. */
const resource = <T extends z.ZodRawShape>(id: string, fields: T) => z.object(fields).meta({ id });

/** One problem and its place: `path` is relative to the body that was sent, or to the configuration. */
export const problem = resource('ProblemPlace', {
  path: z.string().describe('such as `servers.0.weight`; empty for the whole body'),
  message: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
});

/** RFC 9457. */
export const problemDetails = resource('Problem', {
  type: z.string().describe('always `about:blank`'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  problems: z.array(problem).optional(),
});

export const status = resource('Status', {
  version: z.string(),
  startedAt: instant.describe('start of this run, and its identifier; `seq` counts from 1 in each run'),
  now: instant,
  uptimeMs: ms,
  switches: count.describe('connected switches'),
  connections: count.describe('living connections, and those that have just closed'),
  services: count,
  decisionsPerSecond: rate,
  seq: count.describe('`seq` of the last line of the log'),
  config: z.object({
    file: z.string().nullable(),
    writable: z.boolean().describe('whether POST /config/save can write the file'),
    unsaved: z.boolean().describe('whether the configuration in force differs from the file'),
  }),
});

export const server = resource('Server', {
  name: z.string(),
  ip: z.string(),
  port: z.int(),
  weight: z.number().describe('configured weight'),
  ramp: share.describe('fraction of the weight in effect; below 1 during slow start'),
  state: z.enum(SERVER_STATES).describe('administrative state'),
  health: z.enum(['unknown', 'up', 'down']),
  reason: z.string().describe('reason for the current health'),
  since: instant.nullable().describe('last change of the health'),
  location: z.object({ dpid, port: z.int(), mac: z.string() }).nullable().describe('place of the server; null if unknown'),
  connections: count.describe('living connections'),
  oldestMs: ms.nullable().describe('age of the oldest living connection'),
  chosen: count.describe('number of decisions for this server since the start'),
  share: share.nullable().describe("share of the service's new connections in the last minute; null if there were none"),
  expectedShare: share.describe('share expected from the weights of the eligible servers'),
  newPerSecond: rate,
  bytesPerSecond: rate,
  responseMs: ms.nullable().describe('smoothed response time to SYNs and probes'),
});

export const service = resource('Service', {
  name: z.string(),
  vip: z.string(),
  mac: z.string(),
  protocol: z.enum(['tcp', 'udp']),
  port: z.int(),
  strategy: z.object({ name: z.string(), options }),
  shadow: z
    .object({ name: z.string(), options, asked: count, agreed: count, chosen: z.record(z.string(), count) })
    .nullable()
    .describe('a second algorithm in shadow mode: its choices are counted, not used'),
  affinity: z.object({ by: z.string(), expiryMs: ms, ports: z.int() }),
  mode: z.string(),
  state: z.enum(['up', 'panic', 'down']),
  connections: count,
  newPerSecond: rate,
  bytesPerSecond: rate,
  servers: z.array(server),
});

export const strategy = resource('Strategy', {
  name: z.string(),
  summary: z.string(),
  options: z.record(z.string(), z.unknown()).describe('JSON Schema of the settings'),
  wants: z.object({ closes: z.boolean(), responses: z.boolean(), traffic: z.boolean() }),
});

export const port = resource('Port', {
  port: z.int(),
  name: z.string(),
  mac: z.string(),
  up: z.boolean(),
  rxBytesPerSecond: rate.nullable().describe('received by the switch, smoothed over some seconds; null if not measured'),
  txBytesPerSecond: rate.nullable().describe('sent by the switch'),
});

const capabilities = resource('Capabilities', {
  tcpFlags: z.boolean().describe('flows match TCP flags (ONF EXT-109)'),
  finTimeout: z.boolean().describe('flows are deleted soon after their connection closes'),
  registers: z.boolean().describe('flows move bits between fields and registers'),
  learn: z.boolean().describe('flows install flows'),
  bundles: z.boolean().describe('several messages take effect at the same moment (ONF EXT-230)'),
  selectGroups: z.boolean().describe('groups of type select'),
  meters: z.boolean(),
  keepsOrder: z.boolean().describe('messages take effect in their order, without barriers'),
});

export const switchShape = resource('Switch', {
  dpid,
  number: z.int().describe('the datapath id as a number'),
  address: z.string(),
  description: z.string(),
  connected: z.boolean(),
  since: instant.describe('time of the last connect or disconnect'),
  ports: z.array(port),
  flows: count.nullable().describe('number of flows in all tables; null if the switch did not answer'),
  capabilities: capabilities
    .nullable()
    .describe('what the switch can do, as tested in its handshake; null while it is not connected'),
  restored: count.describe('flows, groups, meters and connections that were restored after somebody else changed them'),
});

export const flow = resource('Flow', {
  table: z.int(),
  priority: z.int(),
  match: z.record(z.string(), z.unknown()),
  actions: z.array(z.record(z.string(), z.unknown())),
  next: z.int().nullable().describe('table of the goto instruction'),
  cookie: z.string().describe('hexadecimal'),
  owner: z.string().nullable().describe('part of vipflow that installed the flow; null if somebody else did'),
  service: z.string().nullable(),
  server: z.string().nullable(),
  packets: count,
  bytes: count,
  ageMs: ms,
  idleTimeoutMs: ms.nullable(),
  text: z.string().describe('in the format of `ovs-ofctl dump-flows`'),
});

export const host = resource('Host', {
  mac: z.string(),
  ip: z.string().nullable(),
  dpid,
  port: z.int(),
  role: z.enum(['server', 'client', 'other']),
  name: z.string().nullable().describe('`web/server1` for a server'),
});

const linkEnd = z.object({ dpid, port: z.int() });
export const link = resource('Link', { a: linkEnd, b: linkEnd });

export const connection = resource('Connection', {
  id: z.int().describe('`seq` of the decision or adoption'),
  service: z.string(),
  server: z.string(),
  client: z.object({ ip: z.string(), port: z.int() }),
  dpid,
  protocol: z.enum(['tcp', 'udp']),
  since: instant,
  ageMs: ms,
  answeredMs: ms.nullable().describe("time from the decision to the server's SYN-ACK"),
  closed: z.boolean().describe('closed by the server; its flows are still installed'),
});

export const connections = resource('Connections', { total: count, items: z.array(connection) });

export const decision = decisionLine.extend({ end: endLine.optional() }).meta({ id: 'DecisionAndEnd' });
export const adoption = adoptedLine.extend({ end: endLine.optional() }).meta({ id: 'AdoptionAndEnd' });
export const decisions = resource('Decisions', { items: z.array(decision).readonly() });

const numbers = z.array(z.number().nullable());
export const series = resource('Series', {
  new: numbers.describe('new connections per step'),
  active: numbers.describe(
    'living connections at the end of the step; null while the controller did not run or did not know the server',
  ),
  bytes: numbers.describe('bytes per step, both directions'),
  response: numbers.describe('mean time to the SYN-ACK in milliseconds; null if nothing was measured'),
});

export const statistics = resource('Statistics', {
  from: instant.describe('start of the first step'),
  stepMs: z.int(),
  series: z.record(z.string(), series).describe('by name: `web` for a service, `web/server1` for a server'),
});

export const alert = resource('Alert', {
  alert: z.string().describe('`server-down`, `switch-lost`, ...'),
  subject: z.string().describe('`web/server1`, `web`, a dpid'),
  service: z.string().nullable(),
  since: instant,
  reason: z.string(),
});

export const events = resource('Events', { items: z.array(eventLine).readonly() });

export const check = resource('Check', {
  valid: z.boolean(),
  problems: z.array(problem),
  changes: z.array(z.string()).describe('differences from the configuration in force'),
});

export const applied = resource('Applied', { changes: z.array(z.string()).describe('such as `web/server2: weight 1 -> 5`') });

/** Lines about the log itself; they have no `seq` of their own. */
export const readerLine = z
  .discriminatedUnion('type', [
    z
      .object({ v: z.literal(1), type: z.literal('skipped'), count: z.int(), from: z.int(), to: z.int() })
      .describe('this reader was too slow: `count` lines, from `from` to `to`, were not sent to it'),
    z
      .object({ v: z.literal(1), type: z.literal('gap'), from: z.int(), to: z.int() })
      .describe('the lines from `from` to `to`, requested by `since`, are no longer kept'),
    z
      .object({ v: z.literal(1), type: z.literal('restart'), run: z.iso.datetime() })
      .describe('`since` belongs to an earlier run; `seq` restarted at 1'),
  ])
  .meta({ id: 'ReaderLine' });

/** With `?snapshot=1` the first line of a log: the whole state at `seq`; the lines after it are the changes. */
export const snapshotLine = resource('SnapshotLine', {
  v: z.literal(1),
  type: z.literal('snapshot'),
  run: instant,
  seq: count,
  status,
  services: z.array(service),
  switches: z.array(switchShape),
});

export type ReaderLine = z.output<typeof readerLine>;
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
