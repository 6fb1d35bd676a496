import fc, { type Parameters } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Case, randomCase } from './differential-cases.ts';
import {
  EmbeddedSubject,
  loops,
  type Outcome,
  OvsSubject,
  outcomeOf,
  returnsFromActionSet,
  selects,
} from './differential-subjects.ts';
import { DummyOvs } from './dummy-ovs.ts';

const CASES = Number(process.env.VIPFLOW_DIFFERENTIAL_CASES ?? 2000);
/** The same cases each time: when they fail, something was changed. */
const FIXED_SEED = 117_077_308;
/** Other cases each time, a quarter as many: when they fail, something was found. VIPFLOW_DIFFERENTIAL_SEED runs them again. */
const FRESH_SEED = Number(process.env.VIPFLOW_DIFFERENTIAL_SEED ?? Date.now() % 0x7fff_ffff);
/** Single cases that once told the two apart. */
const FOUND = [
  { seed: 118_338_992, path: '1414', what: 'a packet-in of the action set behind a select group' },
  { seed: 367_786_427, path: '1223', what: 'a deletion of cookie 0 that meets hidden flows only' },
  { seed: 367_786_428, path: '7339', what: 'a case that Open vSwitch dies of' },
  { seed: 367_786_428, path: '662', what: 'a fin_timeout in a loop' },
] as const;
const PORTS = 4;
/** Open vSwitch 3.1 itself dies of about one case in 20,000, of an assertion in `recirc_alloc_id__`. More deaths than these fail. */
const MAX_CRASHES = 5;

describe('the embedded switch beside Open vSwitch', () => {
  let ovs: DummyOvs;
  let real: OvsSubject;
  let embedded: EmbeddedSubject;
  let crashes = 0;

  const start = async (): Promise<void> => {
    ovs = await new DummyOvs().start(PORTS);
    real = await OvsSubject.open(ovs);
    embedded = new EmbeddedSubject(await real.ports());
  };
  const stop = async (): Promise<void> => {
    real?.close();
    await ovs?.stop();
  };
  beforeAll(start);
  afterAll(stop);

  /** What Open vSwitch does with a case; undefined when it died of it: then there is a new one. */
  const outcomeOfReal = async (one: Case, removals: number): Promise<Outcome | undefined> => {
    try {
      return await outcomeOf(real, one, removals);
    } catch (error) {
      if (!(await ovs.crashed()) || ++crashes > MAX_CRASHES) throw error;
      await stop();
      await start();
      return undefined;
    }
  };

  const compare = (parameters: Parameters<[Case]>): Promise<void> => {
    const property = fc.asyncProperty(randomCase, async one => {
      const mine = await outcomeOf(embedded, one);
      const theirs = await outcomeOfReal(one, mine.removed.length);
      fc.pre(theirs !== undefined);
      // In a loop with a select group Open vSwitch counts anew each time it takes the packet in again; no other loop ends.
      fc.pre(!selects(one) || !loops(mine));
      fc.pre(!returnsFromActionSet(one));
      expect(mine).toEqual(theirs);
    });
    return fc.assert(property, parameters);
  };

  it.each(FOUND)('does the same with $what', ({ seed, path }) => compare({ seed, path, numRuns: 1 }));

  it.each([
    [CASES, 'the same', FIXED_SEED],
    [CASES / 4, 'fresh', FRESH_SEED],
  ])('does the same with %i random tables, groups and packets (%s, seed %i)', { timeout: 300_000 }, (numRuns, _, seed) =>
    compare({ seed, numRuns }),
  );
});
