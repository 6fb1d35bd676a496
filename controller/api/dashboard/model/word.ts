import type { Server, Service } from './snapshot.ts';

/** How a server is, in one word that has its own icon. */
export type Standing = 'up' | 'ramping' | 'down' | 'unknown' | 'drain' | 'maintenance' | 'standby';

/** What an operator decided comes before what probes found, unless the server is dead. */
export function standingOf({ state, health, ramp }: Server): Standing {
  if (state === 'maintenance' || state === 'standby') return state;
  if (health !== 'up') return health;
  if (state === 'drain') return 'drain';
  return ramp < 1 ? 'ramping' : 'up';
}

/** How a service is: as the controller says, but nobody calls it up before its first server was found. */
export function serviceStanding(service: Service): Service['state'] | 'waiting' {
  return service.state === 'up' && taking(service) === 0 ? 'waiting' : service.state;
}

/** Servers that take new connections. */
export function taking({ servers }: Service): number {
  return servers.filter(({ state, health }) => state === 'ready' && health === 'up').length;
}
