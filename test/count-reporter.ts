import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';

/** What `test/run.mjs` reports of a run. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** How many tests were skipped, by file and reason. */
  reasons: Record<string, number>;
  /** What failed, and why: what `test/run.mjs` repeats at the end, where a log that was cut still has it. */
  failures: string[];
}

const FAILURE_LENGTH = 3_000;

/** Writes the counts of a run to a file. */
export class CountReporter implements Reporter {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    writeFileSync(this.#file, JSON.stringify(countsOf(modules, unhandled)));
  }
}

function countsOf(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, reasons: {}, failures: [] };
  if (unhandled.length > 0) fail(counts, unhandled.length, 'outside of tests', unhandled);
  for (const module of modules) {
    const tests = [...module.children.allTests()];
    // a file that cannot be loaded has no tests; one whose hook fails may have run all of them
    failHook(counts, module, tests, module.relativeModuleId);
    for (const suite of module.children.allSuites())
      failHook(counts, suite, [...suite.children.allTests()], `${module.relativeModuleId} > ${suite.fullName}`);
    for (const test of tests) count(test, counts);
  }
  return counts;
}

function failHook(counts: Counts, around: TestModule | TestSuite, tests: readonly TestCase[], name: string): void {
  const errors = around.errors();
  // tests that it kept from running are counted one by one
  if (errors.length > 0) fail(counts, tests.some(isPrevented) ? 0 : 1, name, errors);
}

function fail(counts: Counts, count: number, name: string, errors: readonly SerializedError[]): void {
  counts.failed += count;
  const said = errors.map(({ message, stack }) =>
    stripVTControlCharacters(stack?.includes(message) ? stack : `${message}\n${stack ?? ''}`),
  );
  counts.failures.push(`${name}\n${said.join('\n').slice(0, FAILURE_LENGTH).trimEnd()}`);
}

function count(test: TestCase, counts: Counts): void {
  const { state, errors } = test.result();
  if (state === 'passed') counts.passed += 1;
  else if (state === 'failed') fail(counts, 1, `${test.module.relativeModuleId} > ${test.fullName}`, errors);
  else if (isPrevented(test)) counts.failed += 1;
  else {
    const reason = `${test.module.relativeModuleId}: ${reasonOf(test)}`;
    counts.skipped += 1;
    counts.reasons[reason] = (counts.reasons[reason] ?? 0) + 1;
  }
}

/** Vitest calls a test skipped, too, that did not run because a hook around it failed. */
function isPrevented(test: TestCase): boolean {
  return test.result().state === 'skipped' && parentsOf(test).some(parent => parent.errors().length > 0);
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  if (result.state === 'skipped' && result.note) return result.note;
  const names = [test.name, ...parentsOf(test).flatMap(parent => ('name' in parent ? [parent.name] : []))];
  const said = names.map(name => /\((skipped .*)\)/.exec(name)?.[1]).find(text => text !== undefined);
  return said ?? (test.options.mode === 'todo' ? 'still to be written' : 'no reason given');
}

function parentsOf(test: TestCase): (TestSuite | TestModule)[] {
  const parents: (TestSuite | TestModule)[] = [];
  for (let at: TestSuite | TestModule | undefined = test.parent; at; at = 'parent' in at ? at.parent : undefined)
    parents.push(at);
  return parents;
}
