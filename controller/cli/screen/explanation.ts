import type { AdoptionView, DecisionView } from '../../api/shapes.ts';
import { endpointText } from '../../core/endpoint.ts';
import { spanText } from './figures.ts';
import { actionWords, matchWords } from './flow-words.ts';
import { type Column, table } from './table.ts';
import { type Screen, wrapped } from './terminal.ts';

export type Explained = DecisionView | AdoptionView;

/** Why a connection went to its server, and how it ended. */
export function explanation(entry: Explained, screen: Screen): string {
  const { colour, columns } = screen;
  const { seq, time, client, service, vip, protocol, server } = entry;
  const head = `${endpointText(client)} to ${service} (${endpointText(vip)}/${protocol}) at ${time.slice(11, 23)}`;
  const chosen = `${colour.green(server.name)} (${endpointText(server)})`;
  const lines =
    entry.type === 'adopted'
      ? [
          `went to ${chosen}`,
          wrapped(
            'It was adopted from the switch: an earlier run of the controller chose the server, and its reasons are lost.',
            columns,
          ),
        ]
      : [
          `went to ${chosen} by ${colour.bold(entry.strategy)}: ${entry.reason.rule}`,
          '',
          ...candidates(entry, screen),
          ...shadow(entry),
          ...flowLines(entry, screen),
        ];
  return [`${colour.bold(head)}  ${colour.dim(`seq ${seq}`)}`, ...lines, '', end(entry)].join('\n');
}

/** The most candidates that are printed. */
const MOST_CANDIDATES = 20;

function candidates({ server, reason }: DecisionView, screen: Screen): string[] {
  const { candidates: all, of = all.length } = reason;
  if (all.length === 0) return [];
  const columns: readonly Column<(typeof all)[number]>[] = [
    {
      title: '  candidate',
      text: ({ name }) => `${name === server.name ? '>' : ' '} ${name}`,
      paint: ({ name }) => (name === server.name ? screen.colour.green : undefined),
    },
    { title: 'score (lowest wins)', text: ({ score }) => scoreText(score), isFigure: true },
  ];
  const hasScores = all.some(({ score }) => score !== undefined);
  const shown = all.slice(0, MOST_CANDIDATES);
  const rows = table(shown, hasScores ? columns : columns.slice(0, 1), screen);
  return [rows, ...(of > shown.length ? [`  and ${of - shown.length} more`] : []), ''];
}

function scoreText(score: number | undefined): string {
  if (score === undefined) return '-';
  return Number.isInteger(score) ? String(score) : score.toPrecision(4);
}

function shadow({ shadow: other, server }: DecisionView): string[] {
  if (other === undefined) return [];
  const words = other.server === null ? 'no server' : other.server === server.name ? 'the same server' : other.server;
  return [`shadow strategy ${other.strategy} would have chosen ${words}`, ''];
}

function flowLines({ flows, dpid }: DecisionView, { columns, colour }: Screen): string[] {
  if (flows.length === 0) return [];
  const lines = flows.map(({ table: at, priority, match, actions }) => {
    const words = `${matchWords(match)}: ${actionWords(actions, null)}`;
    return `  ${colour.dim(`${at}/${priority}`)} ${wrapped(words, columns, 8)}`;
  });
  return [`flows on switch ${BigInt(`0x${dpid}`)} (table/priority)`, ...lines];
}

function end({ end: last }: Explained): string {
  if (last === undefined) return 'no end logged yet';
  const { durationMs, why, bytes, responseMs } = last;
  const answered = responseMs === undefined ? '' : `, answered in ${spanText(responseMs)}`;
  return `ended after ${spanText(durationMs)} (${WHY[why]}): ${bytes.in} B in, ${bytes.out} B out${answered}`;
}

const WHY: Readonly<Record<NonNullable<Explained['end']>['why'], string>> = {
  fin: 'closed',
  idle: 'idle timeout',
  deleted: 'its flows were deleted',
  replaced: 'replaced by a new connection of the client',
  'no-room': 'flow table full',
  'server-down': 'its server failed',
  maintenance: 'its server is in maintenance',
  removed: 'its service was removed',
};
