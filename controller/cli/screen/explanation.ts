import type { AdoptionView, DecisionView } from '../../api/shapes.ts';
import { endpointText } from '../../core/endpoint.ts';
import { spanText } from './figures.ts';
import { actionWords, matchWords } from './flow-words.ts';
import { table } from './table.ts';
import { type Screen, wrapped } from './terminal.ts';

export type Explained = DecisionView | AdoptionView;

/** Why a connection went to its server, and what became of it. */
export function explanation(entry: Explained, screen: Screen): string {
  const { colour, columns } = screen;
  const { seq, time, client, service, vip, protocol, server, dpid } = entry;
  const head = `${endpointText(client)} to ${service} (${endpointText(vip)}/${protocol}) at ${time.slice(11, 23)}`;
  const chosen = `${colour.green(server.name)} (${endpointText(server)})`;
  const lines =
    entry.type === 'adopted'
      ? [
          `went to ${chosen}`,
          wrapped(
            'It was found living in the switch: an earlier run of the controller has chosen, and its reasons are gone.',
            columns,
          ),
        ]
      : [
          `went to ${chosen} by ${colour.bold(entry.strategy)}: ${entry.reason.rule}`,
          '',
          ...candidates(entry, screen),
          ...shadow(entry),
        ];
  const flows = entry.type === 'adopted' ? [] : flowLines(entry, screen, BigInt(`0x${dpid}`));
  return [`${colour.bold(head)}  ${colour.dim(`seq ${seq}`)}`, ...lines, ...flows, ...end(entry)].join('\n');
}

/** Candidates that are shown; of more the log names the first ones, too. */
const MOST_CANDIDATES = 20;

function candidates({ server, reason }: DecisionView, screen: Screen): string[] {
  const { candidates: all, of = all.length } = reason;
  if (all.length === 0) return [];
  const hasScores = all.some(({ score }) => score !== undefined);
  const shown = all.slice(0, MOST_CANDIDATES);
  const rows = table(
    shown,
    [
      {
        title: '  candidate',
        text: ({ name }) => `${name === server.name ? '>' : ' '} ${name}`,
        paint: ({ name }) => (name === server.name ? screen.colour.green : undefined),
      },
      ...(hasScores
        ? [{ title: 'score (least wins)', text: ({ score }: { score?: number | undefined }) => scoreText(score), isFigure: true }]
        : []),
    ],
    screen,
  );
  return [rows, ...(of > shown.length ? [`  and ${of - shown.length} more`] : []), ''];
}

function scoreText(score: number | undefined): string {
  if (score === undefined) return '-';
  return Number.isInteger(score) ? String(score) : score.toPrecision(4);
}

function shadow({ shadow: other, server }: DecisionView): string[] {
  if (other === undefined) return [];
  const words = other.server === null ? 'none' : other.server === server.name ? 'the same' : other.server;
  return [`its shadow ${other.strategy} would have chosen ${words}`, ''];
}

function flowLines({ flows }: DecisionView, { columns, colour }: Screen, number: bigint): string[] {
  if (flows.length === 0) return [];
  const lines = flows.map(({ table: at, priority, match, actions }) => {
    const words = `${matchWords(match)}: ${actionWords(actions, null)}`;
    return `  ${colour.dim(`${at}/${priority}`)} ${wrapped(words, columns, 8)}`;
  });
  return [`flows in switch ${number} (table/priority)`, ...lines];
}

function end({ end: last }: Explained): string[] {
  if (last === undefined) return ['', 'it lives'];
  const answered = last.responseMs === undefined ? '' : `, answered in ${spanText(last.responseMs)}`;
  return [
    '',
    `ended after ${spanText(last.durationMs)} (${WHY[last.why]}): ${last.bytes.in} B in, ${last.bytes.out} B out${answered}`,
  ];
}

const WHY: Readonly<Record<NonNullable<Explained['end']>['why'], string>> = {
  fin: 'closed',
  idle: 'silence',
  deleted: 'its flows were deleted',
  replaced: 'the client began anew',
  'no-room': 'no room in the switch',
  'server-down': 'its server died',
  maintenance: 'its server was taken out of use',
  removed: 'its service was taken away',
};
