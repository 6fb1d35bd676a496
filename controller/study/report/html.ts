import type { Cost, StudyResults } from '../results.ts';
export function reportHtml(results: StudyResults, _cost: readonly Cost[], _language: 'en' | 'fr'): string {
  return JSON.stringify(results);
}
