import { MEASURES, type Measure } from '../figures.ts';
import type { Verdict } from '../results.ts';
import type { TableCell } from './page.ts';
import type { Words } from './words-en.ts';

/** A number as a language writes it. */
export function numberText(value: number, digits: number, { language }: Words): string {
  const text = value.toFixed(digits);
  return language === 'fr' ? text.replace('.', ',') : text;
}

/** A mean with half of its interval, marked as the best or as worse. */
export function verdictCell({ mean, half, isWorse }: Verdict, measure: Measure, say: Words): TableCell {
  const { digits } = MEASURES[measure];
  const text = numberText(mean, digits, say);
  const interval = half === undefined || half === 0 ? '' : ` ± ${numberText(half, digits, say)}`;
  return [`${text}${interval}`, isWorse ? 'worse' : 'good'];
}
