import { describe, expect, it } from 'vitest';
import { builtIn } from '../../controller/strategies/book.ts';
import { reportHtml } from '../../controller/study/report/html.ts';
import { type ScenarioResult, type StudyResults, verdicts } from '../../controller/study/results.ts';
import { runOnce } from '../../controller/study/run.ts';
import { scenarioSchema } from '../../controller/study/scenario.ts';

const NAMES = ['random', 'least-connections', 'hash'];
const SEEDS = ['1', '2', '3', '4'];

const scenario = scenarioSchema.parse({
  ...{ name: 'small', title: 'Small <b>', about: 'Quick & "dirty".', servers: [{ count: 3 }], warmUpMs: 500, durationMs: 3000 },
  ...{ serviceTime: { kind: 'exponential', meanMs: 20 }, arrivals: { kind: 'poisson', load: 0.8 } },
  connections: [{}, { requests: 2 }],
  happenings: [{ atMs: 2500, do: 'slow', server: 1, speed: 0.8 }],
});
const cells = NAMES.map(strategy => {
  const run = (seed: string) => runOnce({ scenario, strategy: { name: strategy, options: {} }, book: builtIn, seed });
  return { strategy, runs: SEEDS.map(run) };
});
const small: ScenarioResult = { scenario, cells };
const results: StudyResults = {
  v: 1,
  version: '0.0.0',
  command: "vipflow study --scenario 'my scenario.yaml'",
  seeds: SEEDS,
  scenarios: [small],
};
const cost = NAMES.map(strategy => ({ scenario: 'small', strategy, microseconds: 1.5 }));

describe('the report', () => {
  it.each(['en', 'fr'] as const)('in %s is one well-formed page that loads nothing and runs nothing', language => {
    const html = reportHtml({ results, cost, mininet: results }, language);
    expect(html).toContain(`<html lang="${language}">`);
    expect(html.match(/<script|<link|<img|https?:|url\(|@import|undefined|NaN|\[object/g)).toBeNull();
    const open: string[] = [];
    for (const [, end, name, self] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
      if (name === 'meta' || self === '/') continue;
      if (end === '/') expect(open.pop()).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it('escapes what users name', () => {
    const html = reportHtml({ results, cost }, 'en');
    expect(html).not.toContain('Small <b>');
    expect(html).toContain('Small &#60;b&#62;');
    expect(html).toContain('--scenario &#39;my scenario.yaml&#39;');
  });

  it('has every figure of every strategy, the command and the seeds', () => {
    const html = reportHtml({ results, cost }, 'en');
    for (const { strategy, mean } of verdicts(small, 'meanMs')) {
      expect(html).toContain(`<td>${strategy}</td>`);
      expect(html).toContain(`>${mean.toFixed(1)} ± `);
    }
    expect(html).toContain('Seeds: 1, 2, 3, 4');
  });

  it('is the same for the same results, and speaks one language', () => {
    expect(reportHtml({ results, cost }, 'fr')).toBe(reportHtml({ results, cost }, 'fr'));
    const french = reportHtml(
      { results: { ...results, scenarios: [{ ...small, scenario: { ...scenario, title: 'Petit', about: 'Vite.' } }] }, cost },
      'fr',
    );
    const said = french.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<h3>Sources[\s\S]*/, '');
    expect(said.match(/\b(?:the|mean|servers|requests|with)\b/g)).toBeNull();
  });
});

describe('the comparison', () => {
  it('tells what is worse from what is not', () => {
    const judged = Object.fromEntries(verdicts(small, 'meanMs').map(each => [each.strategy, each]));
    expect(judged['least-connections']).toMatchObject({ isBest: true, isWorse: false });
    expect(judged.random!.isBest).toBe(false);
    expect(
      verdicts({ scenario, cells: [cells[1]!, { ...cells[1]!, strategy: 'twin' }] }, 'p95Ms').some(({ isWorse }) => isWorse),
    ).toBe(false);
  });

  it('takes more for better where it is', () => {
    const best = verdicts(small, 'perSecond').find(({ isBest }) => isBest)!;
    expect(best.mean).toBe(Math.max(...verdicts(small, 'perSecond').map(({ mean }) => mean)));
  });
});
