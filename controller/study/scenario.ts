import { z } from 'zod';
import { type Distribution, meanMs } from '../../topologies/embedded/distribution.ts';
import type { OpenArrivals } from '../../topologies/embedded/http/arrivals.ts';
import { duration, refuse } from '../core/config/fields.ts';
import { health } from '../core/config/health.ts';
import { MAX_WEIGHT } from '../core/config/server.ts';
import { findingsOf } from '../core/config-file.ts';

const MAX_MS = 3_600_000;
const ms = z.number().min(0).max(MAX_MS);
const positive = z.number().positive();

const distribution = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), ms }),
  z.strictObject({ kind: z.literal('uniform'), lowMs: ms, highMs: ms }),
  z.strictObject({ kind: z.literal('exponential'), meanMs: ms }),
  z.strictObject({ kind: z.literal('normal'), meanMs: ms, deviationMs: ms }),
  z.strictObject({ kind: z.literal('pareto'), meanMs: ms, shape: z.number().gt(1) }),
  z.strictObject({ kind: z.literal('bounded-pareto'), lowMs: positive, highMs: positive, shape: positive }),
  z.strictObject({ kind: z.literal('lognormal'), medianMs: ms, sigma: positive }),
]);

/** A text in both languages of the report, or one text for both. */
const text = z.union([z.string().min(1), z.strictObject({ en: z.string().min(1), fr: z.string().min(1) })]);
export type Text = z.output<typeof text>;

const servers = z.strictObject({
  count: z.int().min(1).max(1000).default(1),
  weight: z.int().min(1).max(MAX_WEIGHT).default(1).describe('as in vipflow.yaml'),
  speed: positive.max(1000).default(1).describe('speed relative to a server of speed 1'),
  workers: z.int().min(1).max(1000).default(1).describe('requests served at the same time'),
});

/** A load is relative to the capacity of all servers at the start. */
const load = positive.max(10);
const arrivals = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('poisson'), load }),
  z.strictObject({ kind: z.literal('interval'), load }),
  z.strictObject({ kind: z.literal('flash'), load, peakLoad: load, atMs: ms, riseMs: ms, stayMs: ms, fallMs: ms }),
]);

const connections = z.strictObject({
  share: positive.default(1).describe('frequency relative to the other kinds'),
  requests: z.int().min(1).max(10_000).default(1).describe('requests one after the other on the connection'),
  think: distribution.default({ kind: 'constant', ms: 0 }).describe('time between an answer and the next request'),
});

const server = z.int().min(1).describe('number of the server, from 1');
const happening = z.discriminatedUnion('do', [
  z.strictObject({ atMs: ms, do: z.enum(['crash', 'hang', 'kill', 'refuse', 'recover']), server }),
  z.strictObject({ atMs: ms, do: z.literal('slow'), server, speed: positive }),
  z.strictObject({ atMs: ms, do: z.enum(['add', 'remove', 'drain']), server }),
]);
export type Happening = z.output<typeof happening>;

/** A part of `vipflow.yaml`: checked as there, but kept as written, because the configuration is made from it. */
function asWritten<T extends z.ZodType>(form: T, meaning: z.ZodType): T {
  return form.superRefine((value, context) => {
    const { error } = meaning.safeParse(value);
    for (const { path, message } of findingsOf(error, meaning)) refuse(context, message, path);
  });
}

/** A scenario of the study: servers, clients, arrivals and events. */
export const scenarioSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'use lower-case letters, digits and "-"'),
    title: text,
    about: text.describe('what the scenario shows'),
    servers: z.array(servers).min(1),
    spare: z.array(servers).default([]).describe('servers that events add; their numbers follow those of `servers`'),
    clients: z.int().min(1).max(1000).default(48).describe('number of client addresses'),
    behindOne: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('share of the connections that come from the first address, as behind a NAT'),
    serviceTime: distribution.describe('service time of a request on a server of speed 1'),
    arrivals,
    connections: z
      .array(connections)
      .min(1)
      .default([connections.parse({})]),
    order: z.enum(['by-chance', 'in-turn']).default('by-chance').describe('order of the kinds of connections'),
    warmUpMs: ms.default(3000).describe('time at the start that is not measured'),
    durationMs: z.number().min(1000).max(MAX_MS).default(20_000).describe('time during which clients arrive, warm-up included'),
    timeoutMs: positive.default(5000).describe('time after which a client gives up a request'),
    lateMs: positive.default(1000).describe('an answer that takes longer counts as late'),
    slowStart: asWritten(z.string(), duration(0, MAX_MS)).default('10s').describe('as in vipflow.yaml'),
    health: asWritten(z.record(z.string(), z.unknown()), health).default({}).describe('as in vipflow.yaml'),
    happenings: z.array(happening).default([]),
  })
  .superRefine(({ servers, spare, warmUpMs, durationMs, happenings }, context) => {
    const total = [...servers, ...spare].reduce((sum, { count }) => sum + count, 0);
    if (total > 1000) refuse(context, `the scenario has ${total} servers; the limit is 1000`, ['servers']);
    if (warmUpMs >= durationMs) refuse(context, 'must be less than durationMs', ['warmUpMs']);
    for (const [i, { server, atMs }] of happenings.entries()) {
      const path = ['happenings', i];
      if (server > total)
        refuse(context, `must be at most ${total}, the number of servers with the spare ones`, [...path, 'server']);
      if (atMs >= durationMs) refuse(context, 'must be less than durationMs', [...path, 'atMs']);
    }
  });

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type ServerGroup = Scenario['servers'][number];

/** Every server by number, from 1, the spare ones last. Its host is `h` and its number. */
export function serversOf({ servers: first, spare }: Scenario) {
  return [...first.map(group => ({ ...group, isSpare: false })), ...spare.map(group => ({ ...group, isSpare: true }))]
    .flatMap(({ count, ...server }) => Array.from({ length: count }, () => server))
    .map((server, i) => ({ ...server, number: i + 1 }));
}
export type PlannedServer = ReturnType<typeof serversOf>[number];

/** Mean number of requests per connection. */
export function requestsPerConnection({ connections: kinds }: Scenario): number {
  const shares = kinds.reduce((sum, { share }) => sum + share, 0);
  return kinds.reduce((sum, { share, requests }) => sum + share * requests, 0) / shares;
}

/** The process by which connections arrive. */
export function arrivalsOf(scenario: Scenario): OpenArrivals {
  const { arrivals: plan } = scenario;
  const work = serversOf(scenario).reduce((sum, { speed, workers, isSpare }) => sum + (isSpare ? 0 : speed * workers), 0);
  // Connections per second that are a load of 1.
  const rate = (1000 * work) / meanMs(scenario.serviceTime as Distribution) / requestsPerConnection(scenario);
  if (plan.kind === 'interval') return { kind: 'interval', everyMs: 1000 / (plan.load * rate) };
  if (plan.kind === 'poisson') return { kind: 'poisson', perSecond: plan.load * rate };
  const { load: usual, peakLoad, ...times } = plan;
  return { ...times, perSecond: usual * rate, peakPerSecond: peakLoad * rate };
}

export function textIn(words: Text, language: 'en' | 'fr'): string {
  return typeof words === 'string' ? words : words[language];
}
