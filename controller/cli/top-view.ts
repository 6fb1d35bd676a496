import type { ServerView, ServiceView, StatusView } from '../api/shapes.ts';
import { byteRateText, counted, countText, shareText, spanText } from './figures.ts';
import { frontText, serverColour, serverState, serviceColour } from './server-words.ts';
import { oneLine, type Palette, type Part } from './terminal.ts';

/** What `top` shows. */
export interface TopState {
  readonly url: string;
  readonly status: StatusView | undefined;
  readonly services: readonly ServiceView[];
  /** What is wrong with the way to the controller. */
  readonly trouble: string | undefined;
  /** Rows that are scrolled away above. */
  readonly offset: number;
  readonly isPaused: boolean;
}

export interface TopScreen {
  readonly colour: Palette;
  readonly columns: number;
  readonly rows: number;
}

const MIN_BAR = 6;
const MAX_BAR = 40;
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
    [state.isPaused ? ' go on  ' : ' pause  '],
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
  const rate = services.reduce((sum, service) => sum + service.newPerSecond, 0);
  return [
    ['vipflow', bold],
    [
      `  ${counted(status.switches, 'switch', 'switches')}  ${counted(status.connections, 'connection')}  ${countText(rate)} new/s  up ${spanText(status.uptimeMs)}`,
    ],
    trouble === undefined ? [`  ${status.now.slice(11, 19)}`, dim] : [`  ${trouble}`, red],
  ];
}

function bodyOf({ services, status }: TopState, screen: TopScreen): string[] {
  const { colour, columns } = screen;
  if (status !== undefined && status.switches === 0) {
    const hint = 'no switch is connected: `vipflow doctor` finds out why';
    return [oneLine([[hint, colour.yellow]], columns), '', ...services.flatMap(service => serviceRows(service, screen))];
  }
  return services.flatMap((service, i) => [...(i === 0 ? [] : ['']), ...serviceRows(service, screen)]);
}

function serviceRows(service: ServiceView, screen: TopScreen): string[] {
  const { colour, columns } = screen;
  const { name, strategy, state, connections, newPerSecond, bytesPerSecond, servers } = service;
  const shadow = service.shadow === null ? '' : `, shadow ${service.shadow.name}`;
  const head: Part[] = [
    [name, colour.bold],
    [`  ${frontText(service)}  `],
    [state, serviceColour(service, colour)],
    [`  ${strategy.name}${shadow}`, colour.cyan],
    [`  ${countText(connections)} conns  ${countText(newPerSecond)} new/s  ${byteRateText(bytesPerSecond)}`],
  ];
  const cells = servers.map(server => [server.name, serverState(server), ...figuresOf(server)]);
  const titles = ['', '', 'conns', 'share', 'due', 'new/s', 'traffic', 'answer'];
  const widths = titles.map((title, i) => Math.max(title.length, ...cells.map(row => row[i]!.length)));
  return [
    oneLine(head, columns),
    oneLine(titleRow(titles, widths, columns, colour), columns),
    ...servers.map((server, i) => oneLine(serverRow(server, cells[i]!, widths, screen), columns)),
  ].filter((_, i) => i !== 1 || servers.length > 0);
}

function figuresOf({ connections, share, expectedShare, newPerSecond, bytesPerSecond, responseMs }: ServerView): string[] {
  return [
    countText(connections),
    share === null ? '-' : shareText(share),
    shareText(expectedShare),
    countText(newPerSecond),
    byteRateText(bytesPerSecond),
    responseMs === null ? '-' : spanText(responseMs),
  ];
}

/** What is left of the width for bars. */
function barWidth(widths: readonly number[], columns: number): number {
  const taken = widths.reduce((sum, width) => sum + width + 2, 2);
  return Math.max(MIN_BAR, Math.min(MAX_BAR, columns - taken));
}

function titleRow(titles: readonly string[], widths: readonly number[], columns: number, { dim }: Palette): Part[] {
  const [name = 0, state = 0, ...figures] = widths;
  const text = figures.map((width, i) => titles[i + 2]!.padStart(width)).join('  ');
  return [
    [
      `  ${' '.repeat(name)}  ${' '.repeat(state)}  ${'share'.padEnd(barWidth(widths, columns)).replace('share', '     ')}${text}`,
      dim,
    ],
  ];
}

/** The bar is its share, the mark where it is due. */
function serverRow(
  server: ServerView,
  cells: readonly string[],
  widths: readonly number[],
  { colour, columns }: TopScreen,
): Part[] {
  const [name = '', state = '', ...figures] = cells;
  const text = figures.map((figure, i) => figure.padStart(widths[i + 2]!)).join('  ');
  return [
    [`  ${name.padEnd(widths[0]!)}  `],
    [state.padEnd(widths[1]!), serverColour(server, colour)],
    ['  '],
    ...bar(server, barWidth(widths, columns) - 2, colour),
    [`  ${text}`],
  ];
}

function bar({ share, expectedShare }: ServerView, cells: number, { cyan, dim }: Palette): Part[] {
  const filled = Math.round((share ?? 0) * cells);
  const due = expectedShare === 0 ? -1 : Math.min(cells - 1, Math.round(expectedShare * cells));
  const marks = Array.from({ length: cells }, (_, i) => (i === due ? '┃' : i < filled ? '█' : '·'));
  return [
    [marks.slice(0, Math.max(filled, 0)).join(''), cyan],
    [marks.slice(Math.max(filled, 0)).join(''), dim],
  ];
}
