import { z } from 'zod';
import { cookieRange } from '../cookie.ts';
import { virtualMac } from '../virtual-mac.ts';
import { affinity } from './affinity.ts';
import { elasticity } from './elasticity.ts';
import { duration, ip, mac, name, port } from './fields.ts';
import { health } from './health.ts';
import { server } from './server.ts';
import { strategy } from './strategy.ts';

const MAX_SWITCH_SECONDS = 65_535_000; // a 16-bit count of seconds (OpenFlow 1.3.5, 7.3.4.1)

/** As many numbers as a cookie has for them. */
const MAX_SERVERS = cookieRange('server') - 1;

/** One virtual service. */
export const service = z
  .strictObject({
    name: name.describe('name in the log'),
    vip: ip.describe('the virtual IP that clients connect to'),
    mac: mac.optional().describe('MAC address of the VIP; made from the VIP unless given'),
    protocol: z.enum(['tcp', 'udp']).default('tcp').describe('what clients speak'),
    port: port.describe('port that clients connect to'),
    strategy: strategy.prefault('round-robin').describe('how a server is chosen: a name, `{ name: ..., settings }`, or a file'),
    shadow: strategy.optional().describe('a second strategy that is asked, too, and only reports how it would have chosen'),
    affinity: affinity.optional().describe("whether a client keeps its server; the strategy's own unless given, mostly none"),
    mode: z.enum(['auto', 'exact']).default('auto').describe('a flow for each connection (exact); auto is exact for now'),
    idleTimeout: duration(1000, MAX_SWITCH_SECONDS, 's')
      .optional()
      .describe('silence after which a connection is forgotten; 300s for tcp, 30s for udp unless given'),
    finTimeout: duration(1000, MAX_SWITCH_SECONDS, 's')
      .prefault('12s')
      .describe(
        'silence after a FIN or RST after which a connection is forgotten (Open vSwitch); below 11s see docs/decisions.md',
      ),
    observe: z
      .boolean()
      .default(true)
      .describe(
        'the switch copies to the controller how each connection is answered and closed (Open vSwitch): living connections and response times are exact then',
      ),
    slowStart: duration(0, 3_600_000)
      .prefault('10s')
      .describe('time in which a server that comes back grows to its full share; 0s: at once'),
    panicThreshold: z
      .int()
      .min(0)
      .max(1000)
      .default(0)
      .describe('servers that stay in use although probes fail, with a loud alarm; 0: none, clients are told at once'),
    elasticity: elasticity.optional().describe('how the number of servers in use follows the load'),
    servers: z.array(server).min(1, 'a service needs at least one server').max(MAX_SERVERS),
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
