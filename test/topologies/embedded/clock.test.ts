import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Scheduler, VirtualClock } from '../../../topologies/embedded/clock.ts';
import type { Timer } from '../../../topologies/embedded/event-queue.ts';
import { RealClock } from '../../../topologies/embedded/real-clock.ts';

describe('the virtual clock', () => {
  it('lets things happen by time, and at one time in the order they were asked for', () => {
    const clock = new VirtualClock(1000);
    const seen: string[] = [];
    const note = (name: string) => () => void seen.push(`${name} ${clock.now()}`);
    clock.after(2, note('b'));
    clock.after(1, note('a'));
    clock.after(2, note('c'));
    clock.at(1001.5, note('half'));
    clock.at(3, note('past'));
    expect(clock.runIdle()).toBe(5);
    expect(seen).toEqual(['past 1000', 'a 1001', 'half 1001.5', 'b 1002', 'c 1002']);
    expect(clock.pending).toBe(0);
  });

  it('counts whole microseconds, so that fractions that differ in the last bit are one time', () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    clock.after(0.1 + 0.2, () => seen.push(1));
    clock.after(0.3, () => seen.push(2));
    clock.after(0.2994, () => seen.push(0));
    clock.runIdle();
    expect(seen).toEqual([0, 1, 2]);
    expect(clock.now()).toBe(0.3);
  });

  it('keeps a time of this century exact to the microsecond', () => {
    const clock = new VirtualClock(Date.UTC(2026, 10, 22));
    clock.run(0.001);
    expect(clock.now()).toBe(Date.UTC(2026, 10, 22) + 0.001);
    clock.at(clock.now(), () => undefined);
    clock.step();
    expect(clock.now()).toBe(Date.UTC(2026, 10, 22) + 0.001);
  });

  it('stops at the time it is told to, what happens then included', () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    for (const ms of [5, 10, 11]) clock.after(ms, () => seen.push(ms));
    expect(clock.runUntil(10)).toBe(2);
    expect([clock.now(), seen]).toEqual([10, [5, 10]]);
    expect(clock.run(5)).toBe(1);
    expect(clock.now()).toBe(15);
  });

  it('knows no time that is none', () => {
    const clock = new VirtualClock();
    for (const ms of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => clock.after(ms, () => undefined)).toThrow('ms is no time');
    expect(clock.pending).toBe(0);
  });

  it('runs no more than a limit', () => {
    const clock = new VirtualClock();
    const again = (): void => void clock.after(1, again);
    again();
    expect(clock.runIdle(100)).toBe(100);
    expect([clock.now(), clock.pending]).toEqual([100, 1]);
  });

  it('does what a sorted list would do, whatever is asked for and called off', () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), us: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ kind: fc.constant('cancel' as const), index: fc.nat(60) }),
      fc.record({ kind: fc.constant('step' as const) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), operations => {
        const clock = new VirtualClock();
        const timers: Timer[] = [];
        const [seen, expected]: number[][] = [[], []];
        let list: { us: number; id: number }[] = [];
        for (const step of operations) {
          if (step.kind === 'add') {
            const id = timers.length;
            const us = Math.round(clock.now() * 1000) + step.us;
            timers.push(clock.after(step.us / 1000, () => seen!.push(id)));
            list.push({ us, id });
          } else if (step.kind === 'cancel') {
            timers[step.index]?.cancel();
            list = list.filter(({ id }) => id !== step.index);
          } else {
            list.sort((a, b) => a.us - b.us || a.id - b.id);
            const next = list.shift();
            if (next !== undefined) expected!.push(next.id);
            expect(clock.step()).toBe(next !== undefined);
          }
          expect(clock.pending).toBe(list.length);
          expect(timers.map(timer => timer.pending)).toEqual(timers.map((_, id) => list.some(one => one.id === id)));
        }
        expect(seen).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the real clock', () => {
  const clock = new RealClock();
  afterEach(() => clock.close());

  it('keeps the same order over the time of the machine', async () => {
    const seen: string[] = [];
    const scheduler: Scheduler = clock;
    const start = scheduler.now();
    const end = new Promise<void>(resolve => scheduler.at(start + 6, resolve));
    scheduler.at(start + 3, () => seen.push('c'));
    scheduler.at(start, () => seen.push('a'));
    const later = new Promise<void>(resolve => {
      scheduler.at(start + 0.2, () => {
        seen.push('b');
        scheduler.after(0, () => {
          seen.push('b, later');
          resolve();
        });
      });
    });
    scheduler.at(start + 2, () => seen.push('never')).cancel();
    await Promise.all([end, later]);
    // A machine that stalls may make `c`, and the end, due before what `b` asks for.
    expect(seen.filter(name => name !== 'b, later')).toEqual(['a', 'b', 'c']);
    expect(seen.indexOf('b, later')).toBeGreaterThan(seen.indexOf('b'));
    expect(scheduler.now() - start).toBeGreaterThanOrEqual(6);
    expect(clock.pending).toBe(0);
  });

  it('forgets everything when it is closed', () => {
    clock.after(1, () => expect.unreachable());
    clock.close();
    expect(clock.pending).toBe(0);
  });
});
