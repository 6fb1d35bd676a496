import type { Cost, StudyResults } from '../results.ts';
import { textIn } from '../scenario.ts';
import { SOURCES, words } from './languages.ts';
import { page, paragraph } from './page.ts';
import { scenarioSection } from './scenario-section.ts';
import { costSection, growthSection, methodSection, mininetSection, overviewSection } from './sections.ts';
import { escaped } from './svg.ts';

/** What a report is made of. */
export interface ReportInput {
  readonly results: StudyResults;
  readonly cost: readonly Cost[];
  /** The same strategies on real Open vSwitch, in some of the scenarios. */
  readonly mininet?: StudyResults;
}

/** The whole report as one HTML page that needs nothing else. The same input gives the same bytes. */
export function reportHtml({ results, cost, mininet }: ReportInput, language: 'en' | 'fr'): string {
  const say = words[language];
  const { scenarios, seeds, command, version } = results;
  const strategies = scenarios[0]?.cells.length ?? 0;
  const entries = scenarios.map(
    ({ scenario }) => `<li><a href="#${scenario.name}">${escaped(textIn(scenario.title, language))}</a></li>`,
  );
  const repeat = [
    `<section><h2>${escaped(say.repeat)}</h2>`,
    `${paragraph(say.repeatAbout(version))}<p><code>${escaped(command)}</code></p>`,
    paragraph(`${say.seeds}${say.colon}${seeds.join(', ')}`),
    `<h3>${escaped(say.sources)}</h3><ul>${SOURCES.map(text => `<li>${escaped(text)}</li>`).join('')}</ul></section>`,
  ];
  const limits = `<section><h2>${escaped(say.limits)}</h2><ul>${say.limitsAbout.map(text => `<li>${escaped(text)}</li>`).join('')}</ul></section>`;
  const body = [
    `<h1>${escaped(say.title)}</h1>`,
    paragraph(say.lead(strategies, scenarios.length, seeds.length), 'soft'),
    overviewSection(results, say),
    `<nav><h3>${escaped(say.contents)}</h3><ol>${entries.join('')}</ol></nav>`,
    methodSection(say),
    ...scenarios.map(result => scenarioSection(result, say)),
    growthSection(results, cost, say),
    costSection(results, cost, say),
    mininet === undefined ? '' : mininetSection(results, mininet, say),
    limits,
    ...repeat,
  ];
  return page(language, say.title, body.join('\n'));
}
