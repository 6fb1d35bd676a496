import type { ServiceView, StatusView } from '../../api/shapes.ts';
import { counted, countText, spanText } from './figures.ts';
import { oneLine, type Palette, type Part } from './terminal.ts';
import { layoutOf, serviceRows, type TopScreen } from './top-rows.ts';

/** What `top` shows. */
export interface TopState {
  readonly url: string;
  readonly status: StatusView | undefined;
  readonly services: readonly ServiceView[];
  /** Why the controller does not answer; undefined while it does. */
  readonly trouble: string | undefined;
  /** Rows that are scrolled away above. */
  readonly offset: number;
  readonly isPaused: boolean;
}

/** Head, blank, blank, foot. */
const AROUND = 4;

/** Exactly as many lines as the screen has, none wider than it. */
export function topFrame(state: TopState, screen: TopScreen): string[] {
  const { colour, columns, rows } = screen;
  const room = Math.max(1, rows - AROUND);
  const all = bodyOf(state, screen);
  const offset = Math.min(state.offset, Math.max(0, all.length - room));
  const body = all.slice(offset, offset + room);
  const below = all.length - offset - body.length;
  const more = offset > 0 || below > 0 ? `  ${counted(below, 'row')} below` : '';
  const foot: Part[] = [
    ['q', colour.bold],
    [' quit  '],
    ['space', colour.bold],
    [state.isPaused ? ' continue  ' : ' pause  '],
    ['up down', colour.bold],
    [' scroll'],
    [more, colour.dim],
    [state.isPaused ? '  paused' : '', colour.yellow],
  ];
  const blanks = Array.from({ length: room - body.length }, () => '');
  return [oneLine(headOf(state, colour), columns), '', ...body, ...blanks, '', oneLine(foot, columns)].slice(0, rows);
}

/** How many rows the body has: scrolling ends there. */
export function topRows({ services }: Pick<TopState, 'services'>): number {
  return services.reduce((sum, { servers }) => sum + servers.length + 2, 0);
}

function headOf({ url, status, services, trouble }: TopState, { bold, red, dim }: Palette): Part[] {
  if (status === undefined)
    return [
      ['vipflow', bold],
      [`  ${url}  `, dim],
      [trouble ?? 'asking the controller', trouble === undefined ? dim : red],
    ];
  const sum = (figure: 'connections' | 'newPerSecond') => services.reduce((total, service) => total + service[figure], 0);
  const figures = [
    counted(status.switches, 'switch', 'switches'),
    counted(sum('connections'), 'connection'),
    `${countText(sum('newPerSecond'))} new/s`,
    `up ${spanText(status.uptimeMs)}`,
  ];
  return [
    ['vipflow', bold],
    ...(trouble === undefined ? [] : [[`  ${trouble}`, red] as const]),
    [`  ${figures.join('  ')}`],
    [`  ${status.now.slice(11, 19)}`, dim],
  ];
}

function bodyOf({ services, status }: TopState, screen: TopScreen): string[] {
  const layout = layoutOf(services, screen.columns);
  const rows = services.flatMap((service, i) => [...(i === 0 ? [] : ['']), ...serviceRows(service, layout, screen)]);
  if (status === undefined || status.switches > 0) return rows;
  const hint = 'no switch is connected: `vipflow doctor` finds out why';
  return [oneLine([[hint, screen.colour.yellow]], screen.columns), '', ...rows];
}
