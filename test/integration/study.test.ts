import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StudyResults } from '../../controller/study/results.ts';
import { Cli, vipflow } from './cli-process.ts';

/** One server of three is slow: an even share is more than it can do. */
const SCENARIO = `
name: short
title: Short
about: One slow server, for a moment.
servers: [{ count: 2 }, { speed: 0.3 }]
clients: 3
serviceTime: { kind: constant, ms: 60 }
arrivals: { kind: interval, load: 0.6 }
warmUpMs: 500
durationMs: 4000
health: { type: http, interval: 500ms, fall: 100 }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vipflow-study-'));
  writeFileSync(join(folder, 'short.yaml'), SCENARIO);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function study(...args: string[]): Promise<Cli> {
  const cli = new Cli([process.execPath, vipflow, 'study', '--scenario', 'short.yaml', ...args], {
    cwd: folder,
    env: { NO_COLOR: '1' },
  });
  await cli.ended;
  return cli;
}

const figuresIn = (file: string) =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as StudyResults & { mininet?: StudyResults };

describe('vipflow study', () => {
  it('runs on real Open vSwitch and real servers what it simulates, and sets both side by side', async () => {
    const args = ['--strategies', 'round-robin,least-connections', '--seeds', '1', '--json', 'both.json', '--html', 'both.html'];
    const cli = await study('--on', 'mininet', ...args);
    expect(cli.err).toContain('wrote both.html');
    expect(await cli.ended).toBe(0);
    const { scenarios, mininet } = figuresIn('both.json');
    for (const [result] of [scenarios, mininet!.scenarios]) {
      const [roundRobin, least] = result!.cells.map(({ runs }) => runs[0]!);
      expect(roundRobin!.requests).toBe(least!.requests);
      expect(least!.requests).toBeGreaterThan(60);
      expect(least!.lost).toBe(0);
      // By turns the slow server gets a third of the requests, by living connections it does not.
      expect(Math.abs(least!.byServer[0]! - least!.byServer[1]!)).toBeLessThan(0.3 * least!.requests);
      expect(least!.byServer[2]!).toBeLessThan(0.3 * least!.requests);
      expect(roundRobin!.meanMs).toBeGreaterThan(1.5 * least!.meanMs);
    }
    expect(readFileSync(join(folder, 'both.html'), 'utf8')).toContain('On real Open vSwitch');
  });

  it('gives the same figures however many processes do the runs, and a summary that fits 80 columns', async () => {
    const common = ['--strategies', 'power-of-two-choices,random', '--seeds', '3'];
    const [one, two] = [
      await study(...common, '--jobs', '1', '--json', 'one.json'),
      await study(...common, '--jobs', '2', '--json', 'two.json'),
    ];
    expect(figuresIn('one.json').scenarios).toEqual(figuresIn('two.json').scenarios);
    expect(one.out).toBe(two.out);
    expect(Math.max(...one.out.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    [['--strategies', 'round-robbin'], 2, /the closest match is "round-robin"/],
    [['--strategies', 'hash?by=moon'], 2, /wrong setting/],
    [['--scenario', 'missing.yaml'], 3, /The file missing\.yaml does not exist/],
    [['--strategies', './missing.mjs', '--seeds', '1'], 1, /missing\.mjs/],
  ])('says what is wrong with %j', async (args, code, sentence) => {
    const cli = await study(...args);
    expect(cli.err.replace(/\s+/g, ' ')).toMatch(sentence);
    expect(await cli.ended).toBe(code);
  });
});
