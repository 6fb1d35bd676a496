import type { ScenarioResult, StudyResults, Verdict } from '../../study/results.ts';
import { hasFigures, ranking, verdicts } from '../../study/results.ts';
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
    lost: 'lost',
    late: 'late',
    moved: 'moved',
    legend: 'mean response time with its 95 % confidence interval; a lost request counts as the timeout of the client; ',
  },
  fr: {
    mean: 'moyenne ms',
    imbalance: 'déséq.',
    lost: 'perdu',
    late: 'tard',
    moved: 'déplacé',
    legend: 'temps de réponse moyen et son intervalle à 95 %, les requêtes perdues comptent pour la patience du client ; ',
  },
} as const;
const MARKS = {
  en: '* the best strategy, and those not significantly worse (paired t test, Holm, 5 %)',
  fr: '* le meilleur, et ce qu’aucun test n’en distingue (t apparié, Holm, 5 %)',
} as const;

type Language = keyof typeof WORDS;

/** The ranking of each scenario, with bars. */
export function summary({ scenarios, seeds }: StudyResults, language: Language, screen: Screen): string {
  const columns = Math.min(COLUMNS, screen.columns);
  const legend = wrapped(
    `${WORDS[language].legend}${MARKS[language]}; ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}`,
    columns,
  );
  return [...scenarios.map(result => table(result, language, { ...screen, columns })), legend].join('\n\n');
}

function table(result: ScenarioResult, language: Language, { colour, columns }: Screen): string {
  const words = WORDS[language];
  const rows = ranking(result);
  const most = Math.max(...rows.map(({ mean }) => mean));
  const extra = (['lost', 'moved', 'late'] as const).filter(measure => hasFigures(result, measure)).slice(0, MOST_EXTRAS);
  const of = (measure: Parameters<typeof verdicts>[1]) =>
    new Map(verdicts(result, measure).map(each => [each.strategy, each.mean]));
  const [p95, p99, imbalance] = [of('p95Ms'), of('p99Ms'), of('imbalance')];
  const extras = extra.map(measure => [words[measure], of(measure)] as const);
  const line = ({ strategy, mean, half, isWorse }: Verdict): string => {
    const bar = '█'.repeat(Math.max(1, Math.round((mean / most) * BAR)));
    const numbers = [p95, p99].map(values => Math.round(values.get(strategy)!).toString().padStart(6)).join('');
    const rest = extras.map(([, values]) => short(values.get(strategy)!).padStart(6)).join('');
    return oneLine(
      [
        [isWorse ? '  ' : '* ', colour.green],
        [shortName(strategy)],
        [bar.padEnd(BAR + 1), colour.cyan],
        [`${short(mean)} ±${half === undefined ? '?' : short(half)}`.padStart(12)],
        [`${numbers}${imbalance.get(strategy)!.toFixed(2).padStart(7)}${rest}`],
      ],
      columns,
    );
  };
  const head = `${''.padEnd(NAME + BAR + 3)}${words.mean.padStart(12)}   p95   p99${words.imbalance.padStart(7)}${extras.map(([word]) => word.slice(0, 5).padStart(6)).join('')}`;
  const title = `${colour.bold(textIn(result.scenario.title, language))} (${result.scenario.name})`;
  return [title, oneLine([[head, colour.dim]], columns), ...rows.map(line)].join('\n');
}

/** Three figures are enough to compare. */
function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** The end of a long name says more than its beginning: it is a path with settings. */
function shortName(name: string): string {
  return name.length < NAME ? name.padEnd(NAME) : `…${name.slice(-(NAME - 2))} `;
}
