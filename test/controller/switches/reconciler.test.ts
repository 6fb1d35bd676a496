import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DesiredState } from '../../../controller/core/desired-state.ts';
import { AUDIT_EVERY_MS } from '../../../controller/switches/reconciler.ts';
import { BASE, desiredState, foreignFlow, type HostileAct, hostileAct } from './hostile-acts.ts';
import { contentsOf, pureContents, ReconciledSwitch, TICK_MS } from './reconciled-switch.ts';

const SECTIONS = 2;
const MAX_DELAY_MS = 400;
/** An answer that is on its way, the next audit, and what comes of it. */
const ONE_AUDIT_MS = AUDIT_EVERY_MS + 8 * MAX_DELAY_MS + 2 * TICK_MS;
/** What was put back three times is left alone for so long. */
const FORGIVEN_MS = 61_000;
const MAX_TRIES = 3;

type Step = { readonly waitMs: number } & (
  | { readonly section: number; readonly state: DesiredState }
  | { readonly act: HostileAct }
  | { readonly foreign: number }
);

const waitMs = fc.oneof(fc.constant(0), fc.nat(300), fc.nat(2500));
const change: fc.Arbitrary<Step> = fc
  .nat(SECTIONS - 1)
  .chain(section => fc.record({ waitMs, section: fc.constant(section), state: desiredState(section) }));
const hostile: fc.Arbitrary<Step> = fc.record({ waitMs, act: hostileAct(SECTIONS) });
const foreign: fc.Arbitrary<Step> = fc.record({ waitMs, foreign: fc.nat(5) });
const channel = fc.record({ delayMs: fc.nat(MAX_DELAY_MS / 2), jitterMs: fc.nat(MAX_DELAY_MS / 2) });

/** Changes of ours and acts of others, of which the latter are so few that none looks like obstinacy. */
const episode = fc.array(fc.oneof(change, hostile, foreign), { maxLength: 10 }).map(steps => {
  let tries = 0;
  return steps.filter(step => {
    if ('act' in step) tries += step.act.tries;
    return !('act' in step) || tries <= MAX_TRIES;
  });
});

function play(world: ReconciledSwitch, wanted: Map<number, DesiredState>, steps: readonly Step[]): void {
  for (const step of steps) {
    world.clock.run(step.waitMs);
    if ('act' in step) for (const message of step.act.messages) world.somebody.send(message);
    else if ('foreign' in step) world.somebody.send(foreignFlow(step.foreign));
    else {
      wanted.set(step.section, step.state);
      world.want(`section ${step.section}`, step.state);
    }
  }
}

const isApart = (line: string) => line.includes('10.99.0.');
function placeOf(line: string): string {
  const { tableId, priority, match } = JSON.parse(line);
  return JSON.stringify([tableId, priority, match]);
}

describe.each([
  ['the embedded switch', false],
  ['a plain switch', true],
])('the reconciler of %s', (_name, plain) => {
  it('makes it hold what it should within one audit, whatever anybody does to it, and touches nothing foreign', () => {
    fc.assert(
      fc.property(channel, fc.array(episode, { minLength: 1, maxLength: 3 }), (delay, episodes) => {
        const world = new ReconciledSwitch({ plain, delay });
        const wanted = new Map<number, DesiredState>([[SECTIONS, BASE]]);
        world.want('base', BASE);
        for (const steps of episodes) {
          play(world, wanted, steps);
          const { foreign: before } = contentsOf(world.at);
          world.clock.run(ONE_AUDIT_MS);
          const { foreign: after, ...held } = contentsOf(world.at);
          const pure = pureContents(wanted.values(), plain);
          expect({ ours: held.ours, groups: held.groups }).toEqual({ ours: pure.ours, groups: pure.groups });
          // A meter's number does not say whose it is: what somebody else adds stays.
          expect(held.meters).toEqual(expect.arrayContaining(pure.meters));
          expect(after.filter(isApart)).toEqual(before.filter(isApart));
          // One that took the place of a flow of ours gave way to it.
          const places = new Set(held.ours.map(placeOf));
          expect(after.filter(line => places.has(placeOf(line)))).toEqual([]);
          world.takeChanges();
          world.clock.run(FORGIVEN_MS);
          expect(world.takeChanges()).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  it('sends nothing of its own while nobody else does anything', () => {
    fc.assert(
      fc.property(channel, fc.array(change, { maxLength: 12 }), (delay, steps) => {
        const world = new ReconciledSwitch({ plain, delay });
        const said: unknown[] = [];
        for (const step of steps) {
          world.clock.run(step.waitMs);
          said.push(...world.takeChanges());
          if ('section' in step) world.want(`section ${step.section}`, step.state);
          world.takeChanges();
        }
        world.clock.run(3 * ONE_AUDIT_MS);
        said.push(...world.takeChanges());
        expect(said).toEqual([]);
        expect(world.log).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('says nothing about a section that is what it was', () => {
    fc.assert(
      fc.property(desiredState(0), state => {
        const world = new ReconciledSwitch({ plain });
        world.want('one', state);
        world.clock.run(100);
        world.takeChanges();
        world.want('one', state);
        expect(world.takeChanges()).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
