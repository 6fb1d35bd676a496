import type { Random } from '../../topologies/embedded/random.ts';
import type { Config, ServerState, ServiceConfig } from '../core/config.ts';
import { weighted } from './drawing.ts';
import { RELOADS, type ReloadKind, WORLD } from './settings.ts';

/** A change of a configuration while it is in force, in a few words, and the servers that lose their connections by it. */
export interface Reload {
  readonly what: string;
  readonly config: Config;
  readonly cut: readonly { readonly service: string; readonly ip: string }[];
}

/** Draws a change of one service of a configuration. */
export function drawnReload(config: Config, random: Random): Reload {
  const service = random.choice(config.services);
  const kind = weighted(random, RELOADS, Object.keys(RELOADS) as ReloadKind[]);
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
      return { what: `weight ${weight} of ${named}`, config: withServer({ weight }), cut: [] };
    }
    case 'strategy': {
      const name = random.choice(WORLD.strategies);
      return { what: `strategy ${name} of ${service.name}`, config: withService({ strategy: { name, options: {} } }), cut: [] };
    }
    case 'removal':
      return {
        what: `${kind} of ${named}`,
        // A service needs a server.
        config: service.servers.length === 1 ? config : withService({ servers: service.servers.filter(one => one !== server) }),
        cut: [],
      };
    case 'maintenance':
      return {
        what: `${kind} of ${named}`,
        config: withServer({ state: kind }),
        cut: [{ service: service.name, ip: server.ip }],
      };
    case 'drain':
    case 'standby':
      return { what: `${kind} of ${named}`, config: withServer({ state: kind }), cut: [] };
  }
}
