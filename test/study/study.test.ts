import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtIn } from '../../controller/strategies/book.ts';
import { strategyNames } from '../../controller/strategies/catalogue.ts';
import { guarded } from '../../controller/strategies/guard.ts';
import type { Candidate } from '../../controller/strategies/strategy.ts';
import { loadStrategyFile } from '../../controller/strategies/user-strategy.ts';
import { scenarioNames, scenarios } from '../../controller/study/catalogue.ts';
import type { Figures } from '../../controller/study/figures.ts';
import { strategyNamed } from '../../controller/study/named-strategy.ts';
import { runOnce } from '../../controller/study/run.ts';
import { type Scenario, type ScenarioInput, scenarioSchema, serversOf } from '../../controller/study/scenario.ts';
import { parseScenario } from '../../controller/study/scenario-file.ts';
import { Stopwatch } from '../../controller/study/stopwatch.ts';
import { plannedArrivals } from '../../controller/study/traffic.ts';

const NAIVE = fileURLToPath(new URL('../../docs/examples/requests-ever-sent.mjs', import.meta.url));

function scenarioOf(input: Partial<ScenarioInput> = {}): Scenario {
  const base = {
    name: 'small',
    title: 'Small',
    about: 'Quick.',
    servers: [{ count: 3 }],
    warmUpMs: 500,
    durationMs: 3000,
  } as const;
  return scenarioSchema.parse({
    serviceTime: { kind: 'exponential', meanMs: 20 },
    arrivals: { kind: 'poisson', load: 0.6 },
    ...base,
    ...input,
  });
}

function run(scenario: Scenario, name: string, seed = '1'): Figures {
  return runOnce({ scenario, strategy: { name, options: {} }, book: builtIn, seed });
}

const named = (name: string) => scenarios.find(scenario => scenario.name === name)!;

describe('a run of the study', { timeout: 30_000 }, () => {
  it('gives the same figures for the same seed, and others for another', () => {
    const scenario = scenarioOf();
    expect(run(scenario, 'power-of-two-choices')).toEqual(run(scenario, 'power-of-two-choices'));
    expect(run(scenario, 'power-of-two-choices', '2').meanMs).not.toBe(run(scenario, 'power-of-two-choices').meanMs);
  });

  it('lets every strategy meet the same clients at the same moments', () => {
    const scenario = scenarioOf({ connections: [{ share: 1 }, { share: 2, requests: 3 }] });
    expect(plannedArrivals(scenario, '1')).toEqual(plannedArrivals(scenario, '1'));
    expect(run(scenario, 'hash').requests).toBe(run(scenario, 'hash').requests);
  });

  it.each(strategyNames)('answers every request of equal servers by %s, each server its part', name => {
    const { requests, byServer, lost, perSecond } = run(scenarioOf({ clients: 200 }), name);
    expect(lost).toBe(0);
    expect(byServer.reduce((sum, count) => sum + count, 0)).toBe(requests);
    expect(Math.min(...byServer)).toBeGreaterThan(requests / 10);
    expect(perSecond).toBeGreaterThan(50);
  });

  it('has the mean load that the scenario asks for', () => {
    const scenario = scenarioOf({ servers: [{ speed: 1 }, { speed: 2, workers: 2 }], arrivals: { kind: 'interval', load: 0.5 } });
    // (1 * 1 + 2 * 2) workers of 50 requests a second each, half of it, for 3 s
    expect(plannedArrivals(scenario, '1')).toHaveLength(Math.floor(0.5 * 5 * 50 * 3) - 1);
  });

  it('sees a crash: requests are lost, and the server is out and back', () => {
    const scenario = scenarioOf({
      ...{ durationMs: 9000, slowStart: '0s', timeoutMs: 2000, health: { interval: '500ms', passive: { enabled: false } } },
      happenings: [
        { atMs: 1000, do: 'crash', server: 2 },
        { atMs: 5000, do: 'recover', server: 2 },
      ],
    });
    const lines: string[] = [];
    const options = { scenario, strategy: { name: 'round-robin', options: {} }, book: builtIn, seed: '1' };
    const figures = runOnce({
      ...options,
      onEntry: entry => entry.type === 'server' && lines.push(`${entry.server} ${entry.state}`),
    });
    expect(lines.slice(3)).toEqual(['h2 down', 'h2 up']);
    expect(figures.lost).toBeGreaterThan(5);
    expect(figures.lost).toBeLessThan(figures.requests / 4);
    expect(figures.compared).toBeGreaterThan(10);
  });

  it('gives a server that comes back its share again also by response times, whose last one was that of the failure', () => {
    const { byServer } = run(named('crash'), 'least-response-time');
    // 75 of them before the crash; without its share it had none after
    expect(byServer[0]).toBeGreaterThan(150);
  });

  it('adds, drains and removes servers while clients come, and nobody loses a request', () => {
    const scenario = scenarioOf({
      ...{ spare: [{}], durationMs: 4000, clients: 300 },
      happenings: [
        { atMs: 1000, do: 'add', server: 4 },
        { atMs: 2000, do: 'drain', server: 1 },
        { atMs: 3000, do: 'remove', server: 1 },
      ],
    });
    const { byServer, lost, living } = run(scenario, 'hash');
    expect(lost).toBe(0);
    expect(byServer[3]).toBeGreaterThan(20);
    expect(living.slice(-8).every(counts => counts[0] === 0)).toBe(true);
  });

  it('moves about the part of the clients that a new server is to have, by hash, and none by a sticky strategy', () => {
    const input = { spare: [{}], clients: 400, happenings: [{ atMs: 1500, do: 'add' as const, server: 4 }], durationMs: 5000 };
    const scenario = scenarioOf({ ...input, serviceTime: { kind: 'constant', ms: 4 } });
    const { moved, compared } = run(scenario, 'hash');
    const deviation = Math.sqrt((0.25 * 0.75) / compared);
    expect(Math.abs(moved - 0.25)).toBeLessThan(4 * deviation);
    expect(run(scenario, 'sticky-round-robin').moved).toBe(0);
    expect(run(scenario, 'round-robin').moved).toBeGreaterThan(0.5);
  });

  it('times strategies with the clock that it is given', () => {
    let now = 0n;
    const stopwatch = new Stopwatch(() => (now += 1000n));
    const scenario = scenarioOf({ durationMs: 1000 });
    runOnce({ scenario, strategy: { name: 'round-robin', options: {} }, book: stopwatch.time(builtIn), seed: '1' });
    expect(stopwatch.microsecondsPerPick).toBe(1);
  });
});

/** The largest number of living connections at one server against the smallest, at the end. */
function spread({ living }: Figures): number {
  const last = living.at(-1)!;
  return Math.max(...last) - Math.min(...last);
}

describe('long-lived beside short connections', { timeout: 30_000 }, () => {
  it('end balanced in living connections by ours, and not by a counter of the requests ever sent', async () => {
    const scenario = named('long-and-short');
    const ours = run(scenario, 'least-connections');
    const entry = await loadStrategyFile(NAIVE);
    const make = <C extends Candidate>(options: never) => guarded(entry.make<C>(options), problem => expect.fail(problem));
    const naive = runOnce({ scenario, strategy: { name: NAIVE, options: {} }, book: () => ({ ...entry, make }), seed: '1' });
    const living = ours.living.at(-1)!.reduce((sum, count) => sum + count, 0);
    expect(living).toBeGreaterThan(60);
    expect(spread(ours)).toBeLessThanOrEqual(2);
    expect(spread(naive)).toBeGreaterThan(60);
    expect(naive.meanMs).toBeGreaterThan(10 * ours.meanMs);
  });
});

describe('scenarios', () => {
  it('have names of their own, and texts in both languages', () => {
    expect(new Set(scenarioNames).size).toBe(scenarioNames.length);
    for (const { title, about } of scenarios)
      for (const text of [title, about]) expect(text).toEqual({ en: expect.any(String), fr: expect.any(String) });
  });

  it('count spare servers behind the others', () => {
    expect(serversOf(named('scale-out')).map(({ number, isSpare }) => `${number} ${isSpare}`)).toEqual([
      '1 false',
      '2 false',
      '3 false',
      '4 true',
      '5 true',
    ]);
  });

  it.each([
    ['name: Bad Name', 1, 7, /lower-case/],
    ['nmae: x', 1, 1, /did you mean "name"/],
    ['servers: [{ speed: -1 }]', 1, 20, /servers.0.speed/],
    ['servers: [{}]\nhealth: { intervall: 1s }', 2, 22, /health.intervall unknown setting; did you mean "interval"/],
    ['servers: [{}]\nhappenings:\n  - { atMs: 1, do: crash, server: 7 }', 3, 35, /must be at most 1, the number of servers/],
    ['arrivals: { kind: posson, load: 1 }', 1, 19, /kind/],
    ['servers: [', 2, 1, /sequence/],
    ['about: *nobody', 1, 1, /nobody/],
  ])('that are wrong are refused with the place: %s', (line, row, column, message) => {
    const rest = {
      name: 'x',
      title: 'X',
      about: 'X',
      servers: '[{}]',
      serviceTime: '{ kind: constant, ms: 1 }',
      arrivals: '{ kind: poisson, load: 0.5 }',
    };
    const missing = Object.entries(rest).filter(([key]) => !new RegExp(`^${key}:`, 'm').test(line));
    const text = `${line}\n${missing.map(([key, value]) => `${key}: ${value}`).join('\n')}\n`;
    try {
      parseScenario(text, 'mine.yaml');
      expect.unreachable();
    } catch (error) {
      const problems = (error as { problems: { line: number; column: number; path: string; message: string; file: string }[] })
        .problems;
      const found = problems.find(problem => message.test(`${problem.path} ${problem.message}`));
      expect(found, JSON.stringify(problems)).toMatchObject({ file: 'mine.yaml', line: row, column });
    }
  });

  it('come back from the YAML that --show prints', async () => {
    const { stringify } = await import('yaml');
    const { scenarioInputs } = await import('../../controller/study/catalogue.ts');
    expect(scenarioInputs.map(input => parseScenario(stringify(input), 'shown.yaml'))).toEqual(scenarios);
  });
});

describe('a strategy on a command line', () => {
  it.each([
    ['hash', { name: 'hash', options: {} }],
    ['hash?by=5-tuple', { name: 'hash', options: { by: '5-tuple' } }],
    ['./mine.ts?factor=1.5&fair=true', { name: './mine.ts', options: { factor: 1.5, fair: true } }],
  ])('%s is read', (text, strategy) => {
    expect(strategyNamed(text)).toEqual(strategy);
  });
});

/** The code block of the page is what a user copies. */
describe('the example of docs/own-strategy.md', () => {
  it('runs through a scenario as it stands there', async () => {
    const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const page = readFileSync(new URL('../../docs/own-strategy.md', import.meta.url), 'utf8');
    const code = /```js\n([\s\S]*?)```/.exec(page)![1]!;
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(12);
    const folder = mkdtempSync(join(tmpdir(), 'vipflow-own-'));
    try {
      const file = join(folder, 'my-strategy.mjs');
      writeFileSync(file, code);
      const entry = await loadStrategyFile(file);
      const make = <C extends Candidate>(options: never) => guarded(entry.make<C>(options), problem => expect.fail(problem));
      const figures = runOnce({
        scenario: scenarioOf(),
        strategy: { name: file, options: {} },
        book: () => ({ ...entry, make }),
        seed: '1',
      });
      expect(figures.lost).toBe(0);
      expect(Math.min(...figures.byServer)).toBeGreaterThan(10);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
