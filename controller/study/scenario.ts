import { z } from 'zod';
import { type Distribution, meanMs } from '../../topologies/embedded/distribution.ts';
import type { OpenArrivals } from '../../topologies/embedded/http/arrivals.ts';
import { duration } from '../core/config/fields.ts';
import { health } from '../core/config/health.ts';
import { MAX_WEIGHT } from '../core/config/server.ts';
import { spread } from '../core/config-file.ts';

const ms = z.number().min(0).max(3_600_000);
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

/** A text in both languages of the report, or one for both. */
const text = z.union([z.string().min(1), z.strictObject({ en: z.string().min(1), fr: z.string().min(1) })]);
export type Text = z.output<typeof text>;

const servers = z.strictObject({
  count: z.int().min(1).max(1000).default(1),
  weight: z.int().min(1).max(MAX_WEIGHT).default(1).describe('what vipflow.yaml says'),
  speed: positive.max(1000).default(1).describe('how much faster it works than a server of speed 1'),
  workers: z.int().min(1).max(1000).default(1).describe('requests that are served at a time'),
});

/** Loads are parts of what all servers of the beginning can do together. */
const load = positive.max(10);
const arrivals = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('poisson'), load }),
  z.strictObject({ kind: z.literal('interval'), load }),
  z.strictObject({
    kind: z.literal('flash'),
    ...{ load, peakLoad: load },
    ...{ atMs: ms, riseMs: ms, stayMs: ms, fallMs: ms },
  }),
]);

const connections = z.strictObject({
  share: positive.default(1).describe('how many of these come for those of the other kinds'),
  requests: z.int().min(1).max(10_000).default(1).describe('one after the other over the connection'),
  think: distribution.default({ kind: 'constant', ms: 0 }).describe('between an answer and the next request'),
});

const server = z.int().min(1).describe('number of the server, from 1');
const happening = z.discriminatedUnion('do', [
  z.strictObject({ atMs: ms, do: z.enum(['crash', 'hang', 'kill', 'refuse', 'recover']), server }),
  z.strictObject({ atMs: ms, do: z.literal('slow'), server, speed: positive }),
  z.strictObject({ atMs: ms, do: z.enum(['add', 'remove', 'drain']), server }),
]);
export type Happening = z.output<typeof happening>;

/** A part of `vipflow.yaml`: checked as there, and kept as it is written, because the configuration is made of it. */
function asWritten<T extends z.ZodType>(form: T, meaning: z.ZodType): T {
  return form.superRefine((value, context) => {
    const issues = meaning.safeParse(value).error?.issues ?? [];
    for (const { path, message } of issues.flatMap(issue => spread(issue, meaning)))
      context.addIssue({ code: 'custom', path, message });
  });
}

/** A scenario of the study: servers, clients, and what happens. */
export const scenarioSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'use lower-case letters, digits and "-"'),
    title: text,
    about: text.describe('what it is to show'),
    servers: z.array(servers).min(1),
    spare: z.array(servers).default([]).describe('servers that are added later; they are counted behind the others'),
    clients: z.int().min(1).max(1000).default(48).describe('addresses that connections come from'),
    behindOne: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('part of the connections that come from the first address, as behind a NAT'),
    serviceTime: distribution.describe('of a request, at a server of speed 1'),
    arrivals,
    connections: z
      .array(connections)
      .min(1)
      .default([connections.parse({})]),
    order: z.enum(['by-chance', 'in-turn']).default('by-chance').describe('of the kinds of connections'),
    warmUpMs: ms.default(3000).describe('time at the beginning that is not measured'),
    durationMs: z.number().min(1000).max(3_600_000).default(20_000).describe('time in which clients come, warm-up included'),
    timeoutMs: positive.default(5000).describe('after which a client gives up on a request'),
    lateMs: positive.default(1000).describe('an answer that takes longer is late'),
    slowStart: asWritten(z.string(), duration(0, 3_600_000)).default('10s').describe('as in vipflow.yaml'),
    health: asWritten(z.record(z.string(), z.unknown()), health).default({}).describe('as in vipflow.yaml'),
    happenings: z.array(happening).default([]),
  })
  .superRefine((scenario, context) => {
    const total = countOf(scenario.servers) + countOf(scenario.spare);
    if (total > 1000) context.addIssue({ code: 'custom', path: ['servers'], message: `${total} servers are more than 1000` });
    if (scenario.warmUpMs >= scenario.durationMs)
      context.addIssue({ code: 'custom', path: ['warmUpMs'], message: 'nothing is left of the duration to measure' });
    for (const [i, { server, atMs }] of scenario.happenings.entries()) {
      const refuse = (key: string, message: string) =>
        context.addIssue({ code: 'custom', path: ['happenings', i, key], message });
      if (server > total) refuse('server', `there are ${total} servers, the spare ones included`);
      if (atMs >= scenario.durationMs) refuse('atMs', 'is after the end of the scenario');
    }
  });

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type ServerGroup = Scenario['servers'][number];

function countOf(groups: readonly { readonly count: number }[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

/** A server of a scenario, one by one. */
export interface PlannedServer extends Omit<ServerGroup, 'count'> {
  /** From 1; its host is `h` and this number. */
  readonly number: number;
  readonly isSpare: boolean;
}

/** Every server, the spare ones last. */
export function serversOf({ servers: first, spare }: Scenario): PlannedServer[] {
  const all = [...first.map(group => ({ group, isSpare: false })), ...spare.map(group => ({ group, isSpare: true }))];
  return all
    .flatMap(({ group: { count, ...rest }, isSpare }) => Array.from({ length: count }, () => ({ ...rest, isSpare })))
    .map((server, i) => ({ ...server, number: i + 1 }));
}

/** Requests of a usual connection. */
export function requestsPerConnection({ connections: kinds }: Scenario): number {
  const shares = kinds.reduce((sum, { share }) => sum + share, 0);
  return kinds.reduce((sum, { share, requests }) => sum + share * requests, 0) / shares;
}

/** Connections a second that make a load of 1. */
export function fullRate(scenario: Scenario): number {
  const work = serversOf(scenario).reduce((sum, { speed, workers, isSpare }) => sum + (isSpare ? 0 : speed * workers), 0);
  return (1000 * work) / meanMs(scenario.serviceTime as Distribution) / requestsPerConnection(scenario);
}

/** When connections begin. */
export function arrivalsOf(scenario: Scenario): OpenArrivals {
  const { arrivals: plan } = scenario;
  const rate = fullRate(scenario);
  if (plan.kind === 'interval') return { kind: 'interval', everyMs: 1000 / (plan.load * rate) };
  if (plan.kind === 'poisson') return { kind: 'poisson', perSecond: plan.load * rate };
  const { load: usual, peakLoad, ...times } = plan;
  return { ...times, perSecond: usual * rate, peakPerSecond: peakLoad * rate };
}

export function textIn(words: Text, language: 'en' | 'fr'): string {
  return typeof words === 'string' ? words : words[language];
}
