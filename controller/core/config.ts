import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { virtualMac } from './virtual-mac.ts';

/** Where a listener binds: a host and a TCP port. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'use letters, digits, ".", "_" and "-", 63 at most');
const port = z.int().min(1).max(65535);
const ipv4 = z.string().superRefine((text, context) => {
  if (isIPv4(text)) return;
  const what = isIPv6(text) ? 'IPv6 is not supported yet, use an IPv4 address' : `"${text}" is not an IPv4 address`;
  context.addIssue({ code: 'custom', message: what });
});
const mac = z
  .string()
  .regex(/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/, 'write a MAC address as 02:56:0a:00:00:64')
  .transform(text => text.toLowerCase())
  .refine(text => (Number.parseInt(text.slice(0, 2), 16) & 1) === 0, 'a multicast address cannot be the MAC of a VIP');

/** A duration with its unit, as milliseconds. */
function duration(min: number, max: number, unit: 'ms' | 's' = 'ms') {
  return z.union([z.string(), z.number()]).transform((text, context) => {
    const ms = typeof text === 'string' ? parseDuration(text) : undefined;
    const problem =
      ms === undefined
        ? `write a duration with its unit, such as 500ms, 2s or 5m, not ${JSON.stringify(text)}`
        : ms < min || ms > max
          ? `must be from ${min / 1000}s to ${max / 1000}s`
          : unit === 's' && ms % 1000 !== 0
            ? 'switches count whole seconds here'
            : undefined;
    if (problem === undefined) return ms!;
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });
}

const listenAddress = z.string().transform((text, context): ListenAddress => {
  const found = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text);
  const number = Number(found?.[3]);
  if (found && number <= 65535) return { host: found[1] ?? (found[2] || '0.0.0.0'), port: number };
  context.addIssue({ code: 'custom', message: `write HOST:PORT, such as 127.0.0.1:8080, not ${JSON.stringify(text)}` });
  return z.NEVER;
});

const MAX_SWITCH_SECONDS = 65_535_000; // a 16-bit count of seconds (OpenFlow 1.3.5, 7.3.4.1)

const server = z.strictObject({
  name: name.describe('name in the log'),
  ip: ipv4.describe('address in the data network'),
  port: port.optional().describe("port it listens on; the service's unless given"),
  weight: z.int().min(1).max(1000).default(1).describe('share of new connections, for strategies that use weights'),
});

const health = z.strictObject({
  type: z.enum(['arp', 'tcp']).default('arp').describe('how a server is checked through the switch'),
  interval: duration(100, 3_600_000).prefault('2s').describe('time between two probes of a server'),
  timeout: duration(10, 60_000).prefault('1s').describe('time a server has to answer'),
  rise: z.int().min(1).max(100).default(2).describe('answers in a row that bring a server back'),
  fall: z.int().min(1).max(100).default(3).describe('missing answers in a row that take a server out'),
});

const service = z
  .strictObject({
    name: name.describe('name in the log'),
    vip: ipv4.describe('the virtual IP that clients connect to'),
    mac: mac.optional().describe('MAC address of the VIP; made from the VIP unless given'),
    protocol: z.enum(['tcp', 'udp']).default('tcp').describe('what clients speak'),
    port: port.describe('port that clients connect to'),
    strategy: z.string().default('round-robin').describe('how a server is chosen'),
    affinity: z.enum(['none']).default('none').describe('whether a client keeps its server'),
    mode: z.enum(['auto', 'exact']).default('auto').describe('a flow for each connection (exact); auto is exact for now'),
    idleTimeout: duration(1000, MAX_SWITCH_SECONDS, 's')
      .optional()
      .describe('silence after which a connection is forgotten; 300s for tcp, 30s for udp unless given'),
    finTimeout: duration(1000, MAX_SWITCH_SECONDS, 's')
      .prefault('12s')
      .describe(
        'silence after a FIN or RST after which a connection is forgotten (Open vSwitch); below 11s see docs/decisions.md',
      ),
    servers: z.array(server).min(1, 'a service needs at least one server'),
    health: health.prefault({}),
  })
  .transform(({ idleTimeout, finTimeout, ...rest }) => ({
    ...rest,
    mac: rest.mac ?? virtualMac(rest.vip),
    idleTimeoutMs: idleTimeout ?? (rest.protocol === 'tcp' ? 300_000 : 30_000),
    finTimeoutMs: finTimeout,
    servers: rest.servers.map(entry => ({ ...entry, port: entry.port ?? rest.port })),
    health: {
      type: rest.health.type,
      intervalMs: rest.health.interval,
      timeoutMs: rest.health.timeout,
      rise: rest.health.rise,
      fall: rest.health.fall,
    },
  }));

/** The one schema of `vipflow.yaml`. */
export const configSchema = z
  .strictObject({
    listen: z
      .strictObject({
        openflow: listenAddress.prefault('0.0.0.0:6653').describe('where switches connect'),
        http: listenAddress.prefault('127.0.0.1:8080').describe('where the WebSocket log is served'),
      })
      .prefault({}),
    services: z.array(service).min(1, 'there is nothing to balance without a service'),
  })
  .superRefine(({ services }, context) => {
    for (const { path, message } of conflicts(services)) context.addIssue({ code: 'custom', path, message });
  });

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type ServiceConfig = Config['services'][number];
export type ServerConfig = ServiceConfig['servers'][number];
export type HealthConfig = ServiceConfig['health'];

interface Conflict {
  path: (string | number)[];
  message: string;
}

/** What is right in every part and wrong together. */
function conflicts(services: readonly ServiceConfig[]): Conflict[] {
  const found: Conflict[] = [];
  const names = new Map<string, number>();
  const fronts = new Map<string, number>();
  const macs = new Map<string, string>();
  const vips = new Set(services.map(entry => entry.vip));
  services.forEach((entry, i) => {
    const front = `${entry.protocol} ${entry.vip}:${entry.port}`;
    if (names.has(entry.name))
      found.push({ path: ['services', i, 'name'], message: `"${entry.name}" is already service ${names.get(entry.name)! + 1}` });
    if (fronts.has(front))
      found.push({
        path: ['services', i, 'port'],
        message: `${front} is already service "${services[fronts.get(front)!]!.name}"`,
      });
    if ((macs.get(entry.vip) ?? entry.mac) !== entry.mac)
      found.push({ path: ['services', i, 'mac'], message: `${entry.vip} already has the MAC ${macs.get(entry.vip)}` });
    names.set(entry.name, i);
    fronts.set(front, i);
    macs.set(entry.vip, entry.mac);
    found.push(
      ...serverConflicts(entry, vips).map(({ path, message }) => ({ path: ['services', i, 'servers', ...path], message })),
    );
  });
  return found;
}

function serverConflicts(entry: ServiceConfig, vips: ReadonlySet<string>): Conflict[] {
  const found: Conflict[] = [];
  const names = new Set<string>();
  const backs = new Set<string>();
  entry.servers.forEach((member, i) => {
    const back = `${member.ip}:${member.port}`;
    if (names.has(member.name))
      found.push({ path: [i, 'name'], message: `"${member.name}" is already a server of "${entry.name}"` });
    if (backs.has(back)) found.push({ path: [i, 'ip'], message: `${back} is already a server of "${entry.name}"` });
    if (vips.has(member.ip))
      found.push({ path: [i, 'ip'], message: `${member.ip} is a VIP; a server needs an address of its own` });
    names.add(member.name);
    backs.add(back);
  });
  return found;
}
