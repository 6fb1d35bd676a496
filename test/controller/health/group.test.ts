import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Group } from '../../../controller/health/group.ts';
import { HealthState } from '../../../controller/health/health-state.ts';
import { healthOf } from './network.ts';

const health = healthOf({ rise: 2, fall: 3, passive: { errors: 3, ejectFor: '10s', maxEjected: 50 } });

/** A group whose members are all up at time 0. */
function groupOf(count: number, panicThreshold = 0) {
  const group = new Group('web');
  group.panicThreshold = panicThreshold;
  const members = Array.from({ length: count }, () => new HealthState());
  for (const [i, member] of members.entries()) group.add(member, `web/s${i + 1}`);
  for (const member of members) group.answered(member, health, 'answers', 0);
  const fail = (i: number, times = 1, isFinal = false) =>
    Array.from({ length: times }, () => group.failed(members[i]!, health, { isFinal, reason: `reason ${i + 1}` })).at(-1)!;
  const answer = (i: number, now = 0) => group.answered(members[i]!, health, 'answers', now);
  const observe = (i: number, outcomes: readonly ('answered' | 'refused' | 'silent')[], now = 0) =>
    outcomes.map(outcome => group.observed(members[i]!, outcome, health.passive, now)).at(-1)!;
  const states = () => members.map(({ state }) => state);
  return { group, members, fail, answer, observe, states };
}

describe('rise and fall', () => {
  it('bring a server up with its first answer, down after `fall` failures in a row, and back after `rise` answers in a row', () => {
    const { fail, answer, states } = groupOf(2);
    expect(states()).toEqual(['up', 'up']);
    fail(0, 2);
    answer(0);
    fail(0, 2);
    expect(states()[0]).toBe('up');
    expect(fail(0)).toEqual({ change: { state: 'down', reason: 'reason 1' } });
    answer(0);
    fail(0);
    expect(answer(0)).toEqual({});
    expect(answer(0)).toEqual({ change: { state: 'up', reason: 'answers' } });
  });

  it('take a server down at once that refuses', () => {
    const { fail } = groupOf(2);
    expect(fail(0, 1, true)).toMatchObject({ change: { state: 'down' } });
  });

  it('say nothing of a server that was never up', () => {
    const group = new Group('web');
    const member = new HealthState();
    group.add(member, 'web/s1');
    for (let i = 0; i < 9; i++) expect(group.failed(member, health, { isFinal: true, reason: 'no' })).toEqual({});
    expect(member.state).toBe('unknown');
  });
});

describe('a panic threshold', () => {
  it('keeps the last servers in use although their probes fail, and says so once', () => {
    const { fail, states } = groupOf(3, 2);
    expect(fail(0, 3)).toMatchObject({ change: { state: 'down' } });
    expect(fail(1, 3)).toEqual({
      panic: {
        on: true,
        reason: 'web/s2 stays in use although its probes fail: reason 2 (2 of 3 servers left, panicThreshold 2)',
      },
    });
    expect([fail(1), fail(2, 3), fail(2, 1, true)]).toEqual([{}, {}, {}]);
    expect(states()).toEqual(['down', 'up', 'up']);
  });

  it('is over, and says so once, when those that are kept answer again', () => {
    const { fail, answer } = groupOf(2, 2);
    fail(0, 3);
    fail(1, 3);
    expect(answer(0)).toEqual({});
    expect(answer(1)).toMatchObject({ panic: { on: false } });
    expect(answer(1)).toEqual({});
  });

  it('is over when another server is up that lets the failing one go', () => {
    const { fail, answer, states } = groupOf(2, 1);
    fail(0, 3);
    expect(fail(1, 3)).toMatchObject({ panic: { on: true } });
    answer(0);
    answer(0);
    expect(fail(1)).toMatchObject({ change: { state: 'down' }, panic: { on: false } });
    expect(states()).toEqual(['up', 'down']);
  });

  it('does not keep a server whose port went down', () => {
    const { group, members } = groupOf(1, 1);
    expect(group.lost(members[0]!, 'port')).toEqual({ change: { state: 'down', reason: 'port' } });
  });

  it('ends with the server that it kept', () => {
    const { group, members, fail } = groupOf(2, 2);
    fail(0, 3);
    expect(group.remove(members[0]!)).toMatchObject({ panic: { on: false } });
  });
});

describe('connections of clients', () => {
  it('eject a server after so many in a row that failed, a good one between them counts', () => {
    const { observe } = groupOf(2);
    expect(observe(0, ['silent', 'refused', 'answered', 'silent', 'refused'])).toEqual({});
    expect(observe(0, ['silent'])).toEqual({
      change: { state: 'down', reason: '3 connections in a row refused or unanswered, out for 10s' },
    });
    expect(groupOf(2).observe(0, ['silent', 'silent', 'silent'])).toMatchObject({
      change: { reason: '3 connections in a row unanswered, out for 10s' },
    });
    expect(groupOf(2).observe(0, ['refused', 'refused', 'refused'])).toMatchObject({
      change: { reason: '3 connections in a row refused, out for 10s' },
    });
  });

  it.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 2],
    [5, 2],
  ])('eject of %i servers %i at most, with a cap of 50 percent', (count, most) => {
    const { observe, states } = groupOf(count);
    for (let i = 0; i < count; i++) observe(i, ['silent', 'silent', 'silent']);
    expect(states().filter(state => state === 'down')).toHaveLength(most);
  });

  it('do not eject below the panic threshold', () => {
    const { observe, states } = groupOf(4, 4);
    observe(0, ['silent', 'silent', 'silent', 'silent']);
    expect(states()[0]).toBe('up');
  });

  it('keep an ejected server out for its time although its probes succeed, then one answer brings it back', () => {
    const { observe, answer } = groupOf(2);
    observe(0, ['silent', 'silent', 'silent'], 1000);
    for (let now = 2000; now < 11_000; now += 1000) expect(answer(0, now)).toEqual({});
    expect(answer(0, 11_000)).toMatchObject({ change: { state: 'up' } });
  });

  it('bring an ejected server back before its time when no other one is left: it answers, and they do not', () => {
    const { observe, fail, answer } = groupOf(2);
    observe(0, ['silent', 'silent', 'silent'], 1000);
    answer(0, 2000);
    expect(answer(0, 3000)).toEqual({});
    fail(1, 1, true);
    expect(answer(0, 4000)).toMatchObject({ change: { state: 'up' } });
  });

  it('keep it out when its probes fail, too', () => {
    const { observe, fail, answer, states } = groupOf(2);
    observe(0, ['silent', 'silent', 'silent'], 0);
    fail(0);
    answer(0, 20_000);
    expect(states()[0]).toBe('down');
    answer(0, 21_000);
    expect(states()[0]).toBe('up');
  });

  it('eject longer each time, up to ten times as long, and anew after a long good time', () => {
    const { members, observe, answer } = groupOf(2);
    const outs: number[] = [];
    let now = 0;
    const eject = () => {
      observe(0, ['silent', 'silent', 'silent'], now);
      outs.push((members[0]!.ejectedUntil - now) / 1000);
      now = members[0]!.ejectedUntil;
      answer(0, now);
      answer(0, now);
      now += 5000;
    };
    for (let i = 0; i < 12; i++) eject();
    now += 101_000;
    eject();
    expect(outs).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100, 100, 10]);
  });

  it('count for nothing where that is switched off', () => {
    const { group, members } = groupOf(2);
    const { passive } = healthOf({ passive: { enabled: false, errors: 1 } });
    expect(group.observed(members[0]!, 'refused', passive, 0)).toEqual({});
  });
});

describe('whatever happens to a group', () => {
  const step = fc.record({
    i: fc.nat(5),
    what: fc.constantFrom('answer', 'fail', 'refuse', 'good', 'silent', 'silent', 'refused', 'lost'),
    ms: fc.nat(4000),
  });

  it('probes and clients leave it its last servers, ejections stay below the cap, and panics begin and end in turn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(4), fc.array(step, { maxLength: 200 }), (count, threshold, steps) => {
        const { group, members, fail, answer, observe } = groupOf(count, threshold);
        const ups = () => members.filter(({ state }) => state === 'up').length;
        let isPanic = false;
        let now = 0;
        for (const { i: any, what, ms } of steps) {
          const i = any % count;
          now += ms;
          const before = { ups: ups(), state: members[i]!.state };
          const ruling =
            what === 'answer'
              ? answer(i, now)
              : what === 'fail' || what === 'refuse'
                ? fail(i, 1, what === 'refuse')
                : what === 'lost'
                  ? group.lost(members[i]!, 'port')
                  : observe(i, [what === 'good' ? 'answered' : what === 'refused' ? 'refused' : 'silent'], now);
          if (what !== 'lost') expect(ups()).toBeGreaterThanOrEqual(Math.min(before.ups, threshold));
          expect(ruling.change?.state).toBe(members[i]!.state === before.state ? undefined : members[i]!.state);
          if (ruling.panic !== undefined) {
            expect(ruling.panic.on).toBe(!isPanic);
            isPanic = ruling.panic.on;
          }
          expect(isPanic).toBe(members.some(({ isHeld }) => isHeld));
          expect(members.filter(({ ejectedUntil }) => now < ejectedUntil).length * 2).toBeLessThanOrEqual(count);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
