import { z } from 'zod';
import { duration, int, port, refuse } from './fields.ts';

/** The default time for an answer. */
const TIMEOUT_MS = 1000;
/** While a server changes, probes are this many times faster, but not below `MIN_FAST_MS`. */
const FASTER = 4;
const MIN_FAST_MS = 100;

const code = z.union([z.int(), z.string()]);

const statuses = z.union([code, z.array(code).min(1)]).transform((given, context) =>
  [given].flat().map(text => {
    const [, from, to = from] = /^\s*(\d{3})\s*(?:-\s*(\d{3})\s*)?$/.exec(String(text)) ?? [];
    const range = { from: Number(from), to: Number(to) };
    if (range.from >= 100 && range.to <= 599 && range.from <= range.to) return range;
    return refuse(context, `must be a status or a range, such as 200 or 200-399, not ${JSON.stringify(text)}`);
  }),
);

const http = z.strictObject({
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]*$/, 'must begin with / and contain no spaces')
    .default('/')
    .describe('requested path'),
  host: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must not contain spaces')
    .optional()
    .describe('Host header; by default the VIP and the port of the server'),
  status: statuses.prefault('200-399').describe('statuses of a healthy server: a code, a range, or a list'),
  body: z.string().min(1).max(1000).optional().describe('text that the first 16 KiB of the page must contain'),
});

const passive = z
  .strictObject({
    enabled: z.boolean().default(true).describe('whether failing client connections eject a server'),
    errors: int(1, 1000).default(5).describe('refused or unanswered connections in a row after which the server is ejected'),
    ejectFor: duration(100, 3_600_000).prefault('30s').describe('duration of an ejection; repeated ones last longer'),
    maxEjected: int(0, 100).default(50).describe('maximum percentage of servers that are ejected at the same time'),
  })
  .transform(({ ejectFor, ...rest }) => ({ ...rest, ejectForMs: ejectFor }));

/** How the servers of a service are checked. */
export const health = z
  .strictObject({
    // ICMP and ARP prove that the host is alive, TCP that its port is open, HTTP that the program behind it answers.
    type: z
      .enum(['arp', 'icmp', 'tcp', 'http'])
      .optional()
      .describe('type of the probes; by default `tcp` for a tcp service, `arp` for a udp service'),
    interval: duration(100, 3_600_000).prefault('2s').describe('interval between two probes of a server'),
    fastInterval: duration(50, 3_600_000)
      .optional()
      .describe('interval while a server is failing or recovering; by default a quarter of `interval`, at least 100ms'),
    jitter: z
      .number()
      .min(0)
      .max(0.5)
      .default(0.1)
      .describe('fraction by which the interval varies at random, so that probes are spread out'),
    timeout: duration(10, 60_000).optional().describe('time limit of an answer; by default 1s, at most `interval`'),
    rise: int(1, 100).default(2).describe('successful probes in a row that bring a server up'),
    fall: int(1, 100).default(3).describe('failed probes in a row that take a server down'),
    port: port.optional().describe('port to probe, for `tcp` and `http`; by default the port of the server'),
    from: z
      .enum(['switch', 'controller'])
      .default('switch')
      .describe("source of the probes; `controller`: the controller's own sockets, which need a route to the servers"),
    http: http.optional().describe('HTTP request and expected response, for `type: http`'),
    passive: passive.prefault({}),
  })
  .superRefine(({ type, interval, fastInterval, port, from, http }, context) => {
    const hasPort = type === undefined || type === 'tcp' || type === 'http';
    if (http !== undefined && type !== 'http') refuse(context, 'requires `type: http`', ['http']);
    if (port !== undefined && !hasPort) refuse(context, `has no effect, because ${type} probes have no port`, ['port']);
    if (from === 'controller' && !hasPort)
      refuse(context, `has no effect, because ${type} probes go through the switch`, ['from']);
    if (fastInterval !== undefined && fastInterval > interval)
      refuse(context, 'must not be longer than `interval`', ['fastInterval']);
  })
  .transform(({ interval, fastInterval, timeout, http: page, ...rest }) => ({
    ...rest,
    http: page ?? http.parse({}),
    intervalMs: interval,
    fastIntervalMs: fastInterval ?? Math.min(interval, Math.max(MIN_FAST_MS, Math.round(interval / FASTER))),
    timeoutMs: timeout ?? Math.min(TIMEOUT_MS, interval),
  }));

export type HealthConfig = z.output<typeof health>;
/** HTTP status codes, both ends included. */
export type StatusRange = HealthConfig['http']['status'][number];
