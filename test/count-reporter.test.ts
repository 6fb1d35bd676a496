import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Counts } from './count-reporter.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs vitest on files of tests in a folder of its own. */
async function countsOf(files: Readonly<Record<string, string>>): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'vipflow-counts-'));
  try {
    mkdirSync(join(folder, 'test'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const reporter = JSON.stringify(join(root, 'test', 'count-reporter.ts'));
    const config = `import { CountReporter } from ${reporter}; export default { test: { reporters: [new CountReporter('counts.json')] } };`;
    writeFileSync(join(folder, 'vitest.config.ts'), config);
    const head = "import { beforeAll, afterAll, describe, expect, test } from 'vitest';\n";
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'test', `${name}.test.ts`), head + text);
    const { VIPFLOW_TEST_COUNTS: _, ...env } = process.env;
    await new Promise<void>(resolve => {
      execFile(join(root, 'node_modules', '.bin', 'vitest'), ['run'], { cwd: folder, env }, () => resolve());
    });
    return JSON.parse(readFileSync(join(folder, 'counts.json'), 'utf8')) as Counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('counts each test once, with what keeps tests from running as a failure, and the reason of each skip', {
  timeout: 60_000,
}, async () => {
  const counts = await countsOf({
    plain: `
      test('passes', () => {});
      test('fails', () => { expect(1).toBe(2); });
      let tries = 0;
      test('passes at the third try', { retry: 3 }, () => { expect(++tries).toBe(3); });`,
    load: `import './nowhere.ts'; test('never seen', () => {});`,
    hooks: `
      describe('before', () => {
        beforeAll(() => { throw new Error('no'); });
        test('one', () => {});
        describe('deeper', () => { test('two', () => {}); });
      });
      describe('after', () => {
        afterAll(() => { throw new Error('no'); });
        test('three', () => {});
      });`,
    late: `test('x', async () => { setTimeout(() => { throw new Error('late'); }, 10); await new Promise(done => setTimeout(done, 100)); });`,
    skips: `
      test('noted', context => { context.skip('the moon is full'); });
      describe.skipIf(true)('a group (skipped without cheese)', () => { test('one', () => {}); test('two', () => {}); });
      test.todo('one day');
      test.skip('why', () => {});`,
  });
  const { failures, ...numbers } = counts;
  expect(failures.map(text => text.split('\n')[0]).sort()).toEqual([
    'outside of tests',
    'test/hooks.test.ts > after',
    'test/hooks.test.ts > before',
    'test/load.test.ts',
    'test/plain.test.ts > fails',
  ]);
  expect(failures.find(text => text.includes('fails'))).toMatch(/expected 1 to be 2[\s\S]*plain\.test\.ts:\d+:\d+/);
  expect(numbers).toEqual({
    passed: 2 + 1 + 1, // plain, three, late
    failed: 1 + 1 + 3 + 1, // fails, load, the hooks, late
    skipped: 5,
    reasons: {
      'test/skips.test.ts: the moon is full': 1,
      'test/skips.test.ts: skipped without cheese': 2,
      'test/skips.test.ts: still to be written': 1,
      'test/skips.test.ts: no reason given': 1,
    },
  });
});
