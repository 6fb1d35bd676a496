import type { ServerView, ServiceView } from '../../api/shapes.ts';
import { endpointText } from '../../core/endpoint.ts';
import { byteRateText, countText, shareText, spanText } from './figures.ts';
import type { Column } from './table.ts';
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

/** The figures of a server, as `servers` and `top` show them. */
export const serverFigures: readonly Column<ServerView>[] = [
  { title: 'conns', text: ({ connections }) => countText(connections), isFigure: true },
  { title: 'share', text: ({ share }) => (share === null ? '-' : shareText(share)), isFigure: true },
  { title: 'due', text: ({ expectedShare }) => shareText(expectedShare), isFigure: true },
  { title: 'new/s', text: ({ newPerSecond }) => countText(newPerSecond), isFigure: true },
  { title: 'traffic', text: ({ bytesPerSecond }) => byteRateText(bytesPerSecond), isFigure: true, spare: 2 },
  { title: 'answer', text: ({ responseMs }) => (responseMs === null ? '-' : spanText(responseMs)), isFigure: true },
];
