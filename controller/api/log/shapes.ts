import { z } from 'zod';
import type { LogEntry } from '../../core/events.ts';

/** The lines of the log as schemas (`docs/log.md`): the WebSockets `/flows` and `/events` carry them, and REST returns them. */

const head = <T extends LogEntry['type']>(type: T) => ({
  v: z.literal(1).describe('version of the line shapes'),
  seq: z.int().describe('number of the line in this run, counted over both logs'),
  time: z.iso.datetime(),
  type: z.literal(type),
});

const dpid = z.string();
const endpoint = z.object({ ip: z.string(), port: z.int() });
const named = endpoint.extend({ name: z.string() });
const ways = z.object({ in: z.number(), out: z.number() });
const loose = z.record(z.string(), z.unknown());

const ofConnection = {
  service: z.string(),
  dpid,
  protocol: z.enum(['tcp', 'udp']),
  client: endpoint,
  vip: endpoint,
};

export const decisionLine = z
  .object({
    ...head('decision'),
    ...ofConnection,
    server: named,
    strategy: z.string(),
    reason: z.object({
      rule: z.string(),
      candidates: z.array(z.object({ name: z.string(), score: z.number().optional() })).readonly(),
      of: z.int().optional().describe('number of candidates, when the list is shortened'),
    }),
    shadow: z.object({ strategy: z.string(), server: z.string().nullable() }).optional(),
    flows: z
      .array(z.object({ table: z.int(), priority: z.int(), match: loose, actions: z.array(loose).readonly() }))
      .readonly()
      .describe('the reverse flow, then the forward flow'),
  })
  .meta({ id: 'DecisionLine' });

export const adoptedLine = z.object({ ...head('adopted'), ...ofConnection, server: named }).meta({ id: 'AdoptedLine' });

export const refusedLine = z
  .object({
    ...head('refused'),
    ...ofConnection,
    reason: z.object({ rule: z.string(), servers: z.array(z.object({ name: z.string(), state: z.string() })).readonly() }),
  })
  .meta({ id: 'RefusedLine' });

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
    why: z.enum(['fin', 'idle', 'deleted', 'replaced', 'no-room', 'server-down', 'maintenance', 'removed']),
  })
  .meta({ id: 'EndLine' });

const difference = z.object({
  missing: z.int(),
  changed: z.int(),
  surplus: z.int().describe('with the cookie of vipflow, and not wanted'),
});

const sentence = z.string().describe('one sentence');

export const eventLine = z
  .discriminatedUnion('type', [
    z.object({ ...head('server'), service: z.string(), server: z.string(), state: z.enum(['up', 'down']), reason: sentence }),
    z.object({ ...head('service'), service: z.string(), state: z.enum(['up', 'panic', 'down']), reason: sentence }),
    z.object({
      ...head('switch'),
      dpid: dpid.optional(),
      address: z.string(),
      state: z.enum(['connected', 'lost', 'refused']),
      reason: sentence,
    }),
    z.object({
      ...head('restored'),
      dpid,
      flows: difference,
      groups: difference,
      meters: difference,
      connections: z.int().describe('connections whose deleted flows were restored'),
      examples: z.array(z.string()).readonly().describe('some of the things that differed, in words'),
      total: z.int().describe('number of things that were restored in this switch since the start of this run'),
    }),
    z.object({
      ...head('table'),
      dpid,
      table: z.int(),
      flows: z.int(),
      limit: z.int(),
      state: z.enum(['ok', 'nearly-full', 'full']),
    }),
    z.object({
      ...head('config'),
      state: z.enum(['applied', 'refused']),
      source: z.string(),
      changes: z.array(z.string()).readonly(),
    }),
    z.object({
      ...head('alert'),
      alert: z.string(),
      subject: z.string(),
      state: z.enum(['raised', 'resolved', 'undelivered']),
      message: sentence,
    }),
    z.object({ ...head('warning'), message: sentence }),
  ])
  .meta({ id: 'EventLine' });

export const flowLine = z.discriminatedUnion('type', [decisionLine, adoptedLine, refusedLine, endLine]).meta({ id: 'FlowLine' });

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

export type ReaderLine = z.output<typeof readerLine>;
