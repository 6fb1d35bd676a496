import type { Server, Service } from './snapshot.ts';

/** The state and health of a server as one word, with an icon of its own. */
export type ServerStatus = 'up' | 'ramping' | 'down' | 'unknown' | 'drain' | 'maintenance' | 'standby';

/** The administrative state takes precedence over the health, except that `drain` yields to a server that is not up. */
export function serverStatus({ state, health, ramp }: Server): ServerStatus {
  if (state === 'maintenance' || state === 'standby') return state;
  if (health !== 'up') return health;
  if (state === 'drain') return 'drain';
  return ramp < 1 ? 'ramping' : 'up';
}

/** The state of a service, with `waiting` in place of `up` while none of its servers is up. */
export function serviceStatus(service: Service): Service['state'] | 'waiting' {
  return service.state === 'up' && taking(service) === 0 ? 'waiting' : service.state;
}

/** The number of servers that take new connections. */
export function taking({ servers }: Service): number {
  return servers.filter(({ state, health }) => state === 'ready' && health === 'up').length;
}
