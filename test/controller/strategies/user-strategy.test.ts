import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { guarded } from '../../../controller/strategies/guard.ts';
import { loadStrategyFile, StrategyFileError } from '../../../controller/strategies/user-strategy.ts';
import { strategyContract } from '../../contracts/strategy.ts';
import { connectionOf, equalServers, type TestServer } from './pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'vipflow-strategies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const context = { now: 0, random: () => 0.5 };

/** The name of the first pick of three. */
async function firstPick(path: string, options: object = {}): Promise<string | undefined> {
  const entry = await loadStrategyFile(path);
  const strategy = entry.make<TestServer>(entry.options.parse(options) as never);
  const problems: string[] = [];
  const pick = guarded(strategy, problem => problems.push(problem)).pick(connectionOf(1), equalServers(3), context);
  expect(problems).toEqual([]);
  return pick?.candidate.name;
}

const LAST = 'pick: (_connection, candidates) => candidates.at(-1)';

describe("a user's own file", () => {
  it.each([
    ['an ES module', 'named.mjs', `export function strategy() { return { ${LAST} }; }`],
    ['an ES module with a default', 'default.mjs', `export default () => ({ ${LAST} });`],
    ['a CommonJS module', 'named.cjs', `exports.strategy = () => ({ ${LAST} });`],
    ['a CommonJS module that is a function', 'function.cjs', `module.exports = () => ({ ${LAST} });`],
    [
      'TypeScript',
      'typed.mts',
      'export const strategy = () => ({ pick: (_: unknown, of: readonly object[]): unknown => of.at(-1) });',
    ],
    [
      'TypeScript in a folder of no kind',
      'plain.ts',
      'export default () => ({ pick: (_: unknown, of: readonly object[]): unknown => of.at(-1) });',
    ],
  ])('may be %s', async (_kind, name, text) => {
    expect(await firstPick(fileOf(name, text))).toBe('s2');
  });

  it.each([
    ['changing.mjs', 'export const strategy ='],
    ['changing.js', 'export const strategy ='],
    ['changing.ts', 'export const strategy: unknown ='],
    ['changing.cjs', 'exports.strategy ='],
  ])('is read again when it has changed: %s', async (name, head) => {
    const path = fileOf(name, `${head} () => ({ ${LAST.replace('-1', '0')} });`);
    expect(await firstPick(path)).toBe('s0');
    fileOf(name, `${head} () => ({ ${LAST.replace('-1', '1')} });`);
    expect(await firstPick(path)).toBe('s1');
  });

  it('declares what it wants to observe', async () => {
    const entry = await loadStrategyFile(
      fileOf('wants.mjs', `export const wants = { closes: true }; export default () => ({ ${LAST} });`),
    );
    expect(entry.wants).toEqual({ closes: true });
  });

  it('gets its settings as they are, or as its own function or schema makes them', async () => {
    const at = 'export const strategy = ({ at }) => ({ pick: (_connection, candidates) => candidates[at] });';
    const checked = "export const options = ({ at = 2 }) => { if (at > 2) throw new Error('at is 2 at most'); return { at }; };";
    expect(await firstPick(fileOf('as-is.mjs', at), { at: 1 })).toBe('s1');
    const path = fileOf('checked.mjs', `${checked} ${at}`);
    expect(await firstPick(path)).toBe('s2');
    expect((await loadStrategyFile(path)).options.safeParse({ at: 3 }).error?.issues).toMatchObject([
      { message: 'at is 2 at most' },
    ]);
    const schema = `export { z } from '${import.meta.resolve('zod')}'; import { z } from '${import.meta.resolve('zod')}';
      export const options = z.strictObject({ at: z.int().max(2).default(0) }); ${at}`;
    const { options } = await loadStrategyFile(fileOf('schema.mjs', schema));
    expect(options.parse({})).toEqual({ at: 0 });
    expect(options.safeParse({ at: 7 }).error?.issues).toMatchObject([{ path: ['at'] }]);
  });

  it.each([
    ['is not there', undefined, /no such file/],
    ['is not JavaScript', 'export function (', /./],
    ['throws when it is loaded', "throw new Error('not today');", /not today/],
    ['exports no function', 'export const strategy = 5;', /exports no function/],
    [
      'wants what there is not',
      'export const wants = { magic: true }; export const strategy = () => ({});',
      /`wants` is invalid.*magic/,
    ],
    ['has options of no kind', 'export const options = 7; export const strategy = () => ({});', /`options` must be/],
  ])('is refused with its name and the reason when it %s', async (what, text, reason) => {
    const name = `${what.replaceAll(' ', '-')}.mjs`;
    const path = text === undefined ? join(folder, name) : fileOf(name, text);
    const error: unknown = await loadStrategyFile(path).catch(caught => caught);
    expect(error).toBeInstanceOf(StrategyFileError);
    expect((error as Error).message).toContain(`${path}: `);
    expect((error as Error).message).toMatch(reason);
  });

  it.each([
    ['throws', "export const strategy = () => { throw new Error('no'); };", /function threw no/],
    ['gives nothing', 'export const strategy = () => {};', /an object with a function `pick`/],
    ['gives a promise', 'export const strategy = async () => ({ pick() {} });', /an object with a function `pick`/],
  ])('is refused with its name and the reason when its function %s', async (what, text, reason) => {
    const path = fileOf(`function-${what.replaceAll(' ', '-')}.mjs`, text);
    const { make } = await loadStrategyFile(path);
    expect(() => make({} as never)).toThrow(StrategyFileError);
    expect(() => make({} as never)).toThrow(reason);
  });
});

describe('a strategy that may be wrong', () => {
  const servers = equalServers(3);

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new TypeError('x is undefined');
      },
      'threw TypeError: x is undefined',
    ],
    ['picks nobody', () => undefined, 'picked undefined, which is not a candidate'],
    ['picks null', () => null, 'picked null, which is not a candidate'],
    ['picks a name', () => 's1', 'picked "s1", which is not a candidate'],
    ['picks a number', () => 1n, 'picked 1, which is not a candidate'],
    ['picks a copy', () => ({ ...servers[0] }), 'picked an object, which is not a candidate'],
    [
      'picks a stranger with a reason',
      () => ({ candidate: equalServers(1)[0], rule: 'mine' }),
      'picked an object, which is not a candidate',
    ],
    ['promises', async () => servers[0], 'picked a promise, which is not a candidate'],
    [
      'promises and fails',
      async () => {
        throw new Error('late');
      },
      'picked a promise, which is not a candidate',
    ],
  ])('is reported when it %s, and the fallback picks', async (_what, pick, problem) => {
    const problems: string[] = [];
    const strategy = guarded<TestServer>({ pick: pick as never }, each => problems.push(each));
    const names = [1, 2, 3].map(client => strategy.pick(connectionOf(client), servers, context)!.candidate.name);
    expect(names).toEqual(['s0', 's1', 's2']);
    expect(problems).toEqual(Array(3).fill(`${problem}; round robin picks instead`));
    expect(strategy.pick(connectionOf(4), servers, context)!.rule).toBe(`next in turn, because the strategy ${problem}`);
  });

  it('cannot change the array of the candidates', () => {
    const problems: string[] = [];
    const strategy = guarded<TestServer>({ pick: (_connection, all) => (all as TestServer[]).reverse()[0] }, each =>
      problems.push(each),
    );
    expect(strategy.pick(connectionOf(1), servers, context)!.candidate).toBe(servers[0]);
    expect(servers.map(({ name }) => name)).toEqual(['s0', 's1', 's2']);
    expect(problems).toHaveLength(1);
  });

  it('keeps its rule and its scores where they are valid, and is reported where they are not', () => {
    const problems: string[] = [];
    const pickOf = (score: unknown) =>
      guarded<TestServer>({ pick: (_connection, all) => ({ candidate: all[1]!, rule: 'mine', score: score as never }) }, each =>
        problems.push(each),
      ).pick(connectionOf(1), servers, context)!;
    expect(pickOf(undefined)).toEqual({ candidate: servers[1], rule: 'mine' });
    expect(pickOf(({ name }: TestServer) => name.length).score!(servers[0]!)).toBe(2);
    expect(problems).toEqual([]);
    expect(pickOf(() => 'much').score!(servers[0]!)).toBeNaN();
    expect(
      pickOf(() => {
        throw new Error('no score');
      }).score!(servers[0]!),
    ).toBeNaN();
    expect(problems).toEqual(['scored "much", which is not a number', 'threw in score: Error: no score']);
  });

  it('is reported when it throws in update', () => {
    const problems: string[] = [];
    const update = () => {
      throw new Error('no');
    };
    guarded<TestServer>({ pick: (_connection, all) => all[0], update }, each => problems.push(each)).update!(servers[0]!);
    expect(problems).toEqual(['threw in update: Error: no']);
  });
});

/** As in the documentation: draws by weight. */
const DRAWING = `export function strategy() {
  return {
    pick(connection, candidates, { random }) {
      let rest = random() * candidates.reduce((sum, { weight }) => sum + weight, 0);
      return candidates.find(({ weight }) => (rest -= weight) < 0) ?? candidates.at(-1);
    },
  };
}`;
const drawing = await loadStrategyFile(fileOf('drawing.mjs', DRAWING));

describe('the contract of all strategies', () => {
  const reported = (problem: string): void => {
    throw new Error(problem);
  };
  strategyContract('of a user that draws', {
    make: () => guarded(drawing.make<TestServer>({} as never), reported),
    by: 'weight',
    isBest: false,
  });

  const wrong: [string, () => unknown][] = [
    [
      'that always throws',
      () => {
        throw new Error('always');
      },
    ],
    ['that picks what is none', () => ({ name: 's0' })],
    ['that promises', async () => undefined],
  ];
  for (const [what, pick] of wrong) {
    strategyContract(`of a user ${what}`, {
      make: () => guarded<TestServer>({ pick: pick as never }, () => {}),
      by: 'ramp',
      isBest: true,
    });
  }
});
