import { z } from 'zod';
import { cookieRange } from '../cookie.ts';
import { virtualMac } from '../virtual-mac.ts';
import { affinity } from './affinity.ts';
import { elasticity } from './elasticity.ts';
import { duration, int, ip, mac, name, port } from './fields.ts';
import { health } from './health.ts';
import { server } from './server.ts';
import { strategy } from './strategy.ts';

const MAX_SWITCH_SECONDS = 65_535_000; // a 16-bit count of seconds (OpenFlow 1.3.5, 7.3.4.1)

/** One virtual service. */
export const service = z
  .strictObject({
    name: name.describe('name of the service'),
    vip: ip.describe('virtual IP that clients connect to'),
    mac: mac.optional().describe('MAC address of the VIP; by default derived from the VIP'),
    protocol: z.enum(['tcp', 'udp']).default('tcp').describe('transport protocol'),
    port: port.describe('port that clients connect to'),
    strategy: strategy.prefault('round-robin').describe('load-balancing algorithm: a name, `{ name: ..., settings }`, or a file'),
    shadow: strategy.optional().describe('a second algorithm in shadow mode: the log shows what it would have chosen'),
    affinity: affinity
      .optional()
      .describe("whether a client keeps its server; by default the strategy's, which is none for most"),
    mode: z.enum(['auto', 'exact']).default('auto').describe('`exact`: two flows for each connection; `auto` is `exact` for now'),
    idleTimeout: duration(1000, MAX_SWITCH_SECONDS, 's')
      .optional()
      .describe('idle time after which a connection ends; by default 300s for tcp, 30s for udp'),
    finTimeout: duration(1000, MAX_SWITCH_SECONDS, 's')
      .prefault('12s')
      .describe(
        'idle time after a FIN or RST after which a connection ends (Open vSwitch); for less than 11s see docs/decisions.md',
      ),
    observe: z
      .boolean()
      .default(true)
      .describe(
        'whether the switch copies the answer and the close of each connection to the controller (Open vSwitch), which makes connection counts and response times exact',
      ),
    slowStart: duration(0, 3_600_000)
      .prefault('10s')
      .describe('time in which a recovered server grows to its full share; 0s: at once'),
    panicThreshold: int(0, 1000)
      .default(0)
      .describe(
        'number of servers that stay in use although their probes fail, with an alert; 0: none, so clients are refused at once',
      ),
    elasticity: elasticity.optional().describe('how the number of servers in use follows the load'),
    servers: z
      .array(server)
      .min(1, 'at least one server is required')
      .max(cookieRange('server') - 1),
    health: health.prefault({}),
  })
  .transform(({ idleTimeout, finTimeout, slowStart, ...rest }) => ({
    ...rest,
    mac: rest.mac ?? virtualMac(rest.vip),
    idleTimeoutMs: idleTimeout ?? (rest.protocol === 'tcp' ? 300_000 : 30_000),
    finTimeoutMs: finTimeout,
    slowStartMs: slowStart,
    servers: rest.servers.map(entry => ({ ...entry, port: entry.port ?? rest.port })),
  }));

export type ServiceConfig = z.output<typeof service>;
export type ServerConfig = ServiceConfig['servers'][number];
