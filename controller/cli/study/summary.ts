import { hasFigures, ranking, type ScenarioResult, type StudyResults, type Verdict, verdictOf } from '../../study/results.ts';
import { textIn } from '../../study/scenario.ts';
import { oneLine, type Screen, wrapped } from '../screen/terminal.ts';

/** The widest line, so that it fits the narrowest usual terminal. */
const COLUMNS = 80;
const BAR = 7;
const NAME = 27;
/** Columns for what went wrong: lost, moved, late. */
const MOST_EXTRAS = 2;

const WORDS = {
  en: {
    mean: 'mean ms',
    imbalance: 'imbal.',
    extras: { lost: 'lost', moved: 'moved', late: 'late' },
    legend:
      'mean response time with its 95 % confidence interval; a lost request counts as the timeout of the client; * the best strategy, and those not significantly worse (paired t test, Holm, 5 %)',
  },
  fr: {
    mean: 'moyenne ms',
    imbalance: 'déséq.',
    extras: { lost: 'perdu', moved: 'déplacé', late: 'tard' },
    legend:
      'temps de réponse moyen et son intervalle à 95 %, les requêtes perdues comptent pour la patience du client ; * le meilleur, et ce qu’aucun test n’en distingue (t apparié, Holm, 5 %)',
  },
} as const;

type Language = keyof typeof WORDS;

/** The ranking of each scenario, with bars. */
export function summary({ scenarios, seeds }: StudyResults, language: Language, screen: Screen): string {
  const columns = Math.min(COLUMNS, screen.columns);
  const legend = wrapped(`${WORDS[language].legend}; ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`, columns);
  return [...scenarios.map(result => table(result, language, { ...screen, columns })), legend].join('\n\n');
}

function table(result: ScenarioResult, language: Language, { colour, columns }: Screen): string {
  const words = WORDS[language];
  const rows = ranking(result);
  const most = Math.max(...rows.map(({ mean }) => mean));
  const [p95, p99, imbalance] = [verdictOf(result, 'p95Ms'), verdictOf(result, 'p99Ms'), verdictOf(result, 'imbalance')];
  const extras = (['lost', 'moved', 'late'] as const)
    .filter(measure => hasFigures(result, measure))
    .slice(0, MOST_EXTRAS)
    .map(measure => ({ title: words.extras[measure].slice(0, 5), verdict: verdictOf(result, measure) }));
  const line = ({ strategy, mean, half, isWorse }: Verdict): string => {
    const bar = '█'.repeat(Math.max(1, Math.round((mean / most) * BAR)));
    const figures = [
      ...[p95, p99].map(verdict => Math.round(verdict(strategy).mean).toString().padStart(6)),
      imbalance(strategy).mean.toFixed(2).padStart(7),
      ...extras.map(({ verdict }) => short(verdict(strategy).mean).padStart(6)),
    ];
    return oneLine(
      [
        [isWorse ? '  ' : '* ', colour.green],
        [shortName(strategy)],
        [bar.padEnd(BAR + 1), colour.cyan],
        [`${short(mean)} ±${half === undefined ? '?' : short(half)}`.padStart(12)],
        [figures.join('')],
      ],
      columns,
    );
  };
  const titles = `${words.mean.padStart(12)}   p95   p99${words.imbalance.padStart(7)}${extras.map(({ title }) => title.padStart(6)).join('')}`;
  const head = oneLine([[' '.repeat(NAME + BAR + 3) + titles, colour.dim]], columns);
  return [`${colour.bold(textIn(result.scenario.title, language))} (${result.scenario.name})`, head, ...rows.map(line)].join(
    '\n',
  );
}

/** Three figures are enough to compare. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** The end of a long name says more than its beginning: it is a path with settings. */
function shortName(name: string): string {
  return name.length < NAME ? name.padEnd(NAME) : `…${name.slice(-(NAME - 2))} `;
}
