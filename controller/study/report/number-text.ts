import { MEASURES, type Measure } from '../results.ts';
import type { Estimate } from '../statistics.ts';

/** A number as a language writes it. */
export function numberText(value: number, digits: number, language: 'en' | 'fr'): string {
  const text = value.toFixed(digits);
  return language === 'fr' ? text.replace('.', ',') : text;
}

/** A mean with half of its interval. */
export function estimateText({ mean, half }: Estimate, measure: Measure, language: 'en' | 'fr'): string {
  const { digits } = MEASURES[measure];
  const text = numberText(mean, digits, language);
  return half === undefined || half === 0 ? text : `${text} ± ${numberText(half, digits, language)}`;
}
