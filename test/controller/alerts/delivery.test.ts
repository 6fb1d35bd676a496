import { describe, expect, it } from 'vitest';
import { BACKOFF, Delivery, MAX_AGE_MS, MAX_QUEUE, MAX_TRIES } from '../../../controller/alerts/delivery.ts';
import { DeliveryError, type FailureKind } from '../../../controller/alerts/failure.ts';

const MINUTE = 60_000;
const middle = () => 0.5; // no jitter

const failure = (kind: FailureKind, retryAfterMs?: number) =>
  new DeliveryError(kind, `it is ${kind}`, 'do something', retryAfterMs);

/** A gateway under a virtual clock: `answer` says how the try at a time goes; undefined: well. */
function deliver(
  messages: readonly (readonly [atMs: number, message: string])[],
  endMs: number,
  answer: (now: number, message: string) => DeliveryError | undefined,
  { rate = 1000, random = middle } = {},
) {
  const delivery = new Delivery<string>('mail', { timeoutMs: 10_000, rate });
  const waiting = [...messages];
  const tries: [atSec: number, message: string][] = [];
  const arrived: string[] = [];
  const reports: string[] = [];
  for (let now = 0; now <= endMs; now += 250) {
    const made = [];
    while (waiting.length > 0 && waiting[0]![0] <= now) made.push(...delivery.add(waiting.shift()![1], now));
    const attempt = delivery.next(now);
    if (attempt !== undefined) {
      tries.push([now / 1000, attempt.message]);
      const error = answer(now, attempt.message);
      if (error === undefined) arrived.push(`${attempt.message}${attempt.missed > 0 ? ` after ${attempt.missed}` : ''}`);
      made.push(...(error === undefined ? delivery.onSuccess(now) : delivery.onFailure(error, now, random)));
    }
    reports.push(...made.map(({ state, message }) => `${now / 1000} ${state} ${message}`));
  }
  return { tries, arrived, reports, waiting: delivery.waiting };
}

describe('the delivery of a channel', () => {
  it('tries a message at once, one after the other in their order', () => {
    const { tries, reports } = deliver(
      [
        [0, 'a'],
        [0, 'b'],
        [1000, 'c'],
      ],
      2000,
      () => undefined,
    );
    expect(tries).toEqual([
      [0, 'a'],
      [0.25, 'b'],
      [1, 'c'],
    ]);
    expect(reports).toEqual([]);
  });

  it('waits twice as long after each failure, five minutes at most', () => {
    const { tries } = deliver([[0, 'a']], 30 * MINUTE, () => failure('temporary'));
    const waits = tries.slice(1).map(([at], i) => at - tries[i]![0]);
    expect(waits.slice(0, 11)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it('reports once that the gateway fails, and once that it works again, when everything arrives late', () => {
    const messages = Array.from({ length: 5 }, (_, i) => [i * 1000, `m${i}`] as const);
    const { arrived, reports } = deliver(messages, 20 * MINUTE, now => (now < 10 * MINUTE ? failure('temporary') : undefined));
    expect(arrived).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']);
    expect(reports).toEqual([
      '0 undelivered channel mail: it is temporary; do something',
      '811 resolved channel mail works again after 811s; no message was lost',
    ]);
  });

  it('does not hammer a gateway that refuses the password', () => {
    const { tries, reports } = deliver(
      [
        [0, 'a'],
        [1000, 'b'],
      ],
      59 * MINUTE,
      () => failure('permanent'),
    );
    expect(tries.map(([at]) => at / 60)).toEqual([0, 5, 15, 35]);
    expect(reports).toHaveLength(1);
  });

  it('reports another kind of failure as well', () => {
    const { reports } = deliver([[0, 'a']], 20 * MINUTE, now => failure(now < 60_000 ? 'temporary' : 'permanent'));
    expect(reports.map(line => line.split(': ')[1])).toEqual(['it is temporary; do something', 'it is permanent; do something']);
  });

  it('gives up a message that is refused for itself, and goes on with the next', () => {
    const { arrived, tries, reports } = deliver(
      [
        [0, 'bad'],
        [0, 'good'],
      ],
      MINUTE,
      (_, message) => (message === 'bad' ? failure('rejected') : undefined),
    );
    expect(tries).toEqual([
      [0, 'bad'],
      [1, 'good'],
    ]);
    expect(arrived).toEqual(['good after 1']);
    expect(reports[1]).toBe('1 resolved channel mail works again after 1s; 1 message was dropped');
  });

  it.each([
    ['too old', 3 * MAX_AGE_MS, 'temporary', MAX_AGE_MS],
    ['too old', 3 * MAX_AGE_MS, 'permanent', MAX_AGE_MS],
  ] as const)('gives up what is %s (%s, %s)', (_, endMs, kind, age) => {
    const { tries, waiting } = deliver([[0, 'a']], endMs, () => failure(kind));
    expect(waiting).toBe(0);
    expect(tries.length).toBeLessThanOrEqual(MAX_TRIES);
    expect(tries.at(-1)![0] * 1000).toBeLessThanOrEqual(age);
    expect(tries.at(-1)![0] * 1000).toBeGreaterThan(age / 3);
  });

  it('keeps a bounded queue, drops the oldest that is not on its way, and reports it', () => {
    const delivery = new Delivery<number>('mail', { timeoutMs: 10_000, rate: 1000 });
    const reports = [...Array(MAX_QUEUE + 10).keys()].flatMap(i => {
      const made = delivery.add(i, 0);
      if (i === 0) delivery.next(0);
      return made;
    });
    expect(delivery.waiting).toBe(MAX_QUEUE);
    expect(reports).toHaveLength(1);
    delivery.onSuccess(1);
    expect(delivery.next(1)).toEqual({ message: 11, missed: 0 });
  });

  it('has one try on its way, overdue after its time', () => {
    const delivery = new Delivery<string>('mail', { timeoutMs: 10_000, rate: 30 });
    delivery.add('a', 0);
    delivery.add('b', 0);
    expect(delivery.next(0)?.message).toBe('a');
    expect(delivery.next(5000)).toBeUndefined();
    expect([9999, 10_000].map(now => delivery.isOverdue(now))).toEqual([false, true]);
  });

  it('sends no more messages an hour than its rate, retries not counted', () => {
    const messages = Array.from({ length: 20 }, (_, i) => [0, `m${i}`] as const);
    const { tries } = deliver(messages, 59 * MINUTE, () => undefined, { rate: 6 });
    expect(tries.filter(([at]) => at < 60)).toHaveLength(6);
    expect(tries.map(([at]) => at).slice(6)).toEqual([600, 1200, 1800, 2400, 3000].map(at => expect.closeTo(at, 0)));
  });

  it('leaves a gateway alone for as long as it asks, an hour at most', () => {
    const asks = (ms: number) =>
      deliver([[0, 'a']], 2 * MAX_AGE_MS, now => (now === 0 ? failure('temporary', ms) : undefined)).tries[1]?.[0];
    expect([asks(90_000), asks(10 * MAX_AGE_MS)]).toEqual([90, 3600]);
  });

  it('spreads its tries by a quarter of the wait', () => {
    const second = (random: () => number) => deliver([[0, 'a']], 9 * MINUTE, () => failure('permanent'), { random }).tries[1]![0];
    const { firstMs } = BACKOFF.permanent;
    expect([second(() => 0), second(() => 0.999_999)]).toEqual(
      [0.75, 1.25].map(share => expect.closeTo((share * firstMs) / 1000, 0)),
    );
  });

  it('tries at once when its settings changed', () => {
    const delivery = new Delivery<string>('mail', { timeoutMs: 10_000, rate: 30 });
    delivery.add('a', 0);
    delivery.next(0);
    delivery.onFailure(failure('permanent'), 0, middle);
    expect(delivery.next(1000)).toBeUndefined();
    delivery.hurry();
    expect(delivery.next(1000)?.message).toBe('a');
  });
});
