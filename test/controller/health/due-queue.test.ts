import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DueQueue } from '../../../controller/health/due-queue.ts';

it('gives what is due in the order of its time, at its last time alone', () => {
  const put = fc.record({ item: fc.nat(9), at: fc.oneof(fc.nat(100), fc.constant(Number.POSITIVE_INFINITY)) });
  fc.assert(
    fc.property(fc.array(fc.oneof(put, fc.nat(120)), { maxLength: 60 }), steps => {
      const items = Array.from({ length: 10 }, (_, id) => ({ id, dueAt: Number.POSITIVE_INFINITY }));
      const queue = new DueQueue<(typeof items)[number]>();
      for (const step of steps) {
        if (typeof step !== 'number') {
          queue.put(items[step.item]!, step.at);
          continue;
        }
        const expected = Math.min(...items.map(({ dueAt }) => dueAt));
        const before = new Map(items.map(item => [item, item.dueAt]));
        const taken = queue.take(step);
        expect(taken && before.get(taken)).toBe(expected <= step ? expected : undefined);
        if (taken !== undefined) expect(taken.dueAt).toBe(Number.POSITIVE_INFINITY);
      }
    }),
    { seed: 1 },
  );
});

it('does not grow with items that are put again and again', () => {
  const queue = new DueQueue<{ dueAt: number }>();
  const item = { dueAt: Number.POSITIVE_INFINITY };
  for (let round = 0; round < 1000; round++) {
    queue.put(item, round);
    queue.put(item, round + 0.5);
    expect(queue.take(round + 1)).toBe(item);
  }
  expect(queue.size).toBeLessThan(3);
});
