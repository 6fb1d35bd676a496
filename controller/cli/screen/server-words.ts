import type { ServerView, ServiceView } from '../../api/shapes.ts';
import { endpointText } from '../../core/endpoint.ts';
import type { Palette } from './terminal.ts';

/** The state of a server in a word: its administrative state unless that is `ready`, else its health. */
export function serverState({ state, health, ramp }: Pick<ServerView, 'state' | 'health' | 'ramp'>): string {
  if (state !== 'ready') return health === 'down' && state !== 'maintenance' ? `${state}, down` : state;
  if (health === 'up' && ramp < 1) return `up ${Math.round(ramp * 100)} %`;
  return health;
}

export function serverColour(
  { state, health }: Pick<ServerView, 'state' | 'health'>,
  { green, red, yellow }: Palette,
): (text: string) => string {
  if (health === 'down') return red;
  return state === 'ready' && health === 'up' ? green : yellow;
}

export function serviceColour({ state }: Pick<ServiceView, 'state'>, { green, red }: Palette): (text: string) => string {
  return state === 'up' ? green : red;
}

/** `10.0.0.100:80/tcp` */
export function frontText({ vip, port, protocol }: Pick<ServiceView, 'vip' | 'port' | 'protocol'>): string {
  return `${endpointText({ ip: vip, port })}/${protocol}`;
}
