import type { ServerView, ServiceView } from '../../api/shapes.ts';
import { byteRateText, countText } from './figures.ts';
import { frontText, serverColour, serverFigures, serverState, serviceColour } from './server-words.ts';
import { oneLine, type Palette, type Part, type Screen } from './terminal.ts';

/** Where lines of `top` go. */
export interface TopScreen extends Screen {
  readonly rows: number;
}

const GAP = '  ';
const MIN_BAR = 6;
const MAX_BAR = 40;

/** How wide the columns are, the same for all services; `bar` is 0 where there is no room for bars. */
export function layoutOf(services: readonly ServiceView[], columns: number) {
  const servers = services.flatMap(service => service.servers);
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map(text => text.length));
  const cells = servers.map(figuresOf);
  const name = longest(servers.map(server => server.name));
  const state = longest(servers.map(serverState));
  const figures = TITLES.map((title, i) => longest([title, ...cells.map(row => row[i]!)]));
  const taken = [name, state, ...figures].reduce((sum, width) => sum + width + GAP.length, 2 * GAP.length);
  const room = columns - taken;
  return { name, state, bar: room < MIN_BAR ? 0 : Math.min(MAX_BAR, room), figures };
}

type Layout = ReturnType<typeof layoutOf>;

/** A service and its servers; no line is wider than the screen. */
export function serviceRows(service: ServiceView, layout: Layout, { colour, columns }: TopScreen): string[] {
  const { name, strategy, state, connections, newPerSecond, bytesPerSecond, servers } = service;
  const shadow = service.shadow === null ? '' : `, shadow ${service.shadow.name}`;
  const head: Part[] = [
    [name, colour.bold],
    [`  ${frontText(service)}  `],
    [state, serviceColour(service, colour)],
    [`  ${countText(connections)} conns  ${countText(newPerSecond)} new/s  ${byteRateText(bytesPerSecond)}`],
    [`  ${strategy.name}${shadow}`, colour.cyan],
  ];
  const before = layout.name + layout.state + layout.bar + 3 * GAP.length;
  const titles: Part[] = [[`${' '.repeat(before)}${GAP}${figureText(TITLES, layout)}`, colour.dim]];
  const rows = servers.map(server => serverRow(server, layout, colour));
  return [head, titles, ...rows].map(parts => oneLine(parts, columns));
}

const TITLES = serverFigures.map(({ title }) => title);
const figuresOf = (server: ServerView) => serverFigures.map(({ text }) => text(server));

function figureText(texts: readonly string[], { figures }: Layout): string {
  return texts.map((text, i) => text.padStart(figures[i]!)).join(GAP);
}

/** The bar is its share, the mark where it is due. */
function serverRow(server: ServerView, layout: Layout, colour: Palette): Part[] {
  return [
    [`${GAP}${server.name.padEnd(layout.name)}${GAP}`],
    [serverState(server).padEnd(layout.state), serverColour(server, colour)],
    [GAP],
    ...bar(server, layout.bar, colour),
    [`${GAP}${figureText(figuresOf(server), layout)}`],
  ];
}

function bar({ share, expectedShare }: ServerView, cells: number, { cyan, dim }: Palette): Part[] {
  if (cells === 0) return [];
  const filled = Math.max(0, Math.round((share ?? 0) * cells));
  const due = expectedShare === 0 ? -1 : Math.min(cells - 1, Math.round(expectedShare * cells));
  const marks = Array.from({ length: cells }, (_, i) => (i === due ? '┃' : i < filled ? '█' : '·'));
  return [
    [marks.slice(0, filled).join(''), cyan],
    [marks.slice(filled).join(''), dim],
  ];
}
