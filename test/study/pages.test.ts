import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { strategies, strategyNames } from '../../controller/strategies/catalogue.ts';
import { scenarioNames } from '../../controller/study/catalogue.ts';

const read = (page: string) => readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');

describe('the documents of the study', () => {
  it.each(strategyNames)(
    'have a page for %s with its settings, its figures in each scenario, and a column of the table',
    name => {
      const page = read(`algorithms/${name}.md`);
      const { properties = {} } = z.toJSONSchema(strategies[name]!.options, { io: 'input', unrepresentable: 'any' });
      for (const setting of Object.keys(properties)) expect(page).toContain(`\`${setting}\``);
      expect(page.match(/^\| [^|]+ \| [\d.]+ ± /gm)).toHaveLength(scenarioNames.length);
      expect(read('algorithms.md')).toContain(`[${name}](algorithms/${name}.md)`);
    },
  );

  it('name each scenario, and link to what is there', () => {
    for (const name of scenarioNames) expect(read('study.md')).toContain(`\`${name}\``);
    for (const folder of ['', 'algorithms/']) {
      const pages = folder === '' ? ['study.md', 'algorithms.md', 'own-strategy.md'] : strategyNames.map(name => `${name}.md`);
      for (const page of pages) {
        for (const [, target] of read(`${folder}${page}`).matchAll(/\]\(([^)#:]+)\)/g)) {
          expect(existsSync(new URL(`../../docs/${folder}${target}`, import.meta.url)), `${page}: ${target}`).toBe(true);
        }
      }
    }
  });
});
