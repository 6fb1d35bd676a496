import { z } from 'zod';
import { duration, port } from './fields.ts';

/** ICMP and ARP say that the host lives, TCP that its port is open, HTTP that the program behind it answers. */
const TYPES = ['arp', 'icmp', 'tcp', 'http'] as const;

/** HTTP status codes, both ends included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/** What an answer may take unless told otherwise. */
const TIMEOUT_MS = 1000;
/** While something changes, probes follow each other so many times faster, but not below `MIN_FAST_MS`. */
const FASTER = 4;
const MIN_FAST_MS = 100;

const code = z.union([z.int(), z.string()]);

const statuses = z.union([code, z.array(code).min(1)]).transform((given, context): StatusRange[] =>
  [given].flat().map(text => {
    const [, from, to = from] = /^\s*(\d{3})\s*(?:-\s*(\d{3})\s*)?$/.exec(String(text)) ?? [];
    const range = { from: Number(from), to: Number(to) };
    if (range.from >= 100 && range.to <= 599 && range.from <= range.to) return range;
    const message = `write a status or a range, such as 200 or 200-399, not ${JSON.stringify(text)}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }),
);

const http = z.strictObject({
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]*$/, 'a path begins with / and has no spaces')
    .default('/')
    .describe('what is asked for'),
  host: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'a host name has no spaces')
    .optional()
    .describe('the Host header; the VIP and the port of the server unless given'),
  status: statuses.prefault('200-399').describe('statuses of a healthy server: a code, a range, or a list of them'),
  body: z.string().min(1).max(1000).optional().describe('text that has to occur in the page (its first 16 KiB)'),
});

const passive = z
  .strictObject({
    enabled: z.boolean().default(true).describe('whether failing connections of clients take a server out'),
    errors: z.int().min(1).max(1000).default(5).describe('connections in a row that are refused or unanswered'),
    ejectFor: duration(100, 3_600_000).prefault('30s').describe('time out of service; each repetition takes longer'),
    maxEjected: z.int().min(0).max(100).default(50).describe('percent of the servers that may be out for this reason'),
  })
  .transform(({ ejectFor, ...rest }) => ({ ...rest, ejectForMs: ejectFor }));

/** How the servers of a service are checked. */
export const health = z
  .strictObject({
    type: z.enum(TYPES).optional().describe('how a server is probed; `tcp` for a tcp service, `arp` for udp unless given'),
    interval: duration(100, 3_600_000).prefault('2s').describe('time between two probes of a server'),
    fastInterval: duration(50, 3_600_000)
      .optional()
      .describe('the same while a server is failing or coming back; a quarter of `interval`, at least 100ms, unless given'),
    jitter: z.number().min(0).max(0.5).default(0.1).describe('share of the interval by which it varies, so that probes spread'),
    timeout: duration(10, 60_000).optional().describe('time a server has to answer; 1s, at most `interval`, unless given'),
    rise: z.int().min(1).max(100).default(2).describe('answers in a row that bring a server back'),
    fall: z.int().min(1).max(100).default(3).describe('missing answers in a row that take a server out'),
    port: port.optional().describe('port to probe, for `tcp` and `http`; the one that clients are sent to unless given'),
    from: z
      .enum(['switch', 'controller'])
      .default('switch')
      .describe("`controller`: from the controller's own sockets, where it has a way to the servers"),
    http: http.optional().describe('what is asked of the server, for `http`'),
    passive: passive.prefault({}),
  })
  .superRefine(({ type, interval, fastInterval, port, from, http }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const hasPort = type === undefined || type === 'tcp' || type === 'http';
    if (http !== undefined && type !== 'http') refuse('http', 'needs `type: http`');
    if (port !== undefined && !hasPort) refuse('port', `${type} probes have no port`);
    if (from === 'controller' && !hasPort) refuse('from', `${type} probes go through the switch`);
    if (fastInterval !== undefined && fastInterval > interval) refuse('fastInterval', 'is longer than `interval`');
  })
  .transform(({ interval, fastInterval, timeout, http: page, ...rest }) => ({
    ...rest,
    http: page ?? http.parse({}),
    intervalMs: interval,
    fastIntervalMs: fastInterval ?? Math.min(interval, Math.max(MIN_FAST_MS, Math.round(interval / FASTER))),
    timeoutMs: timeout ?? Math.min(TIMEOUT_MS, interval),
  }));

export type HealthConfig = z.output<typeof health>;
