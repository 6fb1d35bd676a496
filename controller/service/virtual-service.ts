import type { ServerConfig, ServiceConfig } from '../core/config.ts';
import type { Location } from '../core/location.ts';
import type { Candidate, Strategy } from '../strategies/strategy.ts';

/** `unknown` until the first answer: nobody is sent to a server that was never seen. */
export type Health = 'unknown' | 'up' | 'down';

/** A member of a service's pool. It is eligible when it is up. */
export interface Server {
  readonly config: ServerConfig;
  /** Its number in the cookie. */
  readonly id: number;
  health: Health;
  /** Why it is in this state, for the log. */
  reason: string;
  location: Location | undefined;
  /** Living connections. */
  connections: number;
}

/** One virtual IP, protocol and port, with its pool and its strategy. */
export interface VirtualService {
  readonly config: ServiceConfig;
  /** Its number in the cookie. */
  readonly id: number;
  readonly strategy: Strategy;
  readonly servers: readonly Server[];
}

export interface EligibleServer extends Candidate {
  readonly server: Server;
  readonly location: Location;
}

export function virtualService(config: ServiceConfig, id: number, strategy: Strategy): VirtualService {
  const servers = config.servers.map((entry, index): Server => {
    return {
      config: entry,
      id: index + 1,
      health: 'unknown',
      reason: 'has not answered yet',
      location: undefined,
      connections: 0,
    };
  });
  return { config, id, strategy, servers };
}

/** Those a new connection may go to, in the order of the configuration. */
export function eligibleServers({ servers }: VirtualService): EligibleServer[] {
  return servers.flatMap(server => {
    const { config, health, location, connections } = server;
    return health === 'up' && location ? [{ name: config.name, weight: config.weight, connections, server, location }] : [];
  });
}

/** Whether it may take a new connection. */
export function isEligible(server: Server): server is Server & { location: Location } {
  return server.health === 'up' && server.location !== undefined;
}

/** The front of a service in words: `tcp 10.0.0.100:80`. */
export function frontOf(protocol: 'tcp' | 'udp', vip: string, port: number): string {
  return `${protocol} ${vip}:${port}`;
}
