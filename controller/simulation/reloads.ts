import type { Random } from '../../topologies/embedded/random.ts';
import type { Config, ServerState, ServiceConfig } from '../core/config.ts';
import { weighted } from './drawing.ts';
import { RELOADS, WORLD } from './settings.ts';

/** A change of a configuration while it is in force, in a few words, and the address of the server that loses its connections by it. */
export interface Reload {
  readonly what: string;
  readonly config: Config;
  readonly cut?: string;
}

/** Draws a change of one service of a configuration. */
export function drawnReload(config: Config, random: Random): Reload {
  const service = random.choice(config.services);
  const kind = weighted(random, RELOADS);
  const server = random.choice(service.servers);
  const withService = (more: Partial<ServiceConfig>): Config => ({
    ...config,
    services: config.services.map(one => (one === service ? { ...service, ...more } : one)),
  });
  const withServer = (more: { state?: ServerState; weight?: number }): Config =>
    withService({ servers: service.servers.map(one => (one === server ? { ...server, ...more } : one)) });
  const named = `${service.name}/${server.name}`;
  switch (kind) {
    case 'weight': {
      const weight = 1 + random.integer(WORLD.maxWeight);
      return { what: `weight ${weight} of ${named}`, config: withServer({ weight }) };
    }
    case 'strategy': {
      const name = random.choice(WORLD.strategies);
      return { what: `strategy ${name} of ${service.name}`, config: withService({ strategy: { name, options: {} } }) };
    }
    case 'removal': {
      // A service needs a server.
      const others = service.servers.length === 1 ? service.servers : service.servers.filter(one => one !== server);
      return { what: `removal of ${named}`, config: withService({ servers: others }) };
    }
    case 'maintenance':
      return { what: `maintenance of ${named}`, config: withServer({ state: kind }), cut: server.ip };
    case 'drain':
    case 'standby':
      return { what: `${kind} of ${named}`, config: withServer({ state: kind }) };
  }
}
