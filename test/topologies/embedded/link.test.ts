import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../topologies/embedded/clock.ts';
import { type FrameFate, Link, type LinkQuality } from '../../../topologies/embedded/link.ts';
import { Random } from '../../../topologies/embedded/random.ts';

interface Arrival {
  readonly at: number;
  readonly id: number;
}

function joined(quality: Partial<LinkQuality>, seed = 'link') {
  const clock = new VirtualClock();
  const link = new Link(clock, new Random(seed), quality);
  const arrivals: Arrival[] = [];
  const changes: string[] = [];
  const [one, other] = link.ends;
  one.endpoint = { receive: () => undefined, linkChanged: up => changes.push(`one ${up}`) };
  other.endpoint = {
    receive: frame => arrivals.push({ at: clock.now(), id: new DataView(frame.buffer).getUint32(0) }),
    linkChanged: up => changes.push(`other ${up}`),
  };
  const send = (id: number, bytes = 100): void => {
    const frame = new Uint8Array(bytes);
    new DataView(frame.buffer).setUint32(0, id);
    one.send(frame);
  };
  return { clock, link, arrivals, changes, send, one, other };
}

const ids = (arrivals: readonly Arrival[]): number[] => arrivals.map(({ id }) => id);

describe('a link', () => {
  it('delays, and sends one frame after the other at its rate', () => {
    const { clock, send, arrivals } = joined({ delayMs: 10, rate: 1_000_000 });
    send(1, 125); // 1 ms each
    send(2, 125);
    clock.runUntil(0.5);
    send(3, 250);
    clock.runIdle();
    expect(arrivals).toEqual([
      { at: 11, id: 1 },
      { at: 12, id: 2 },
      { at: 14, id: 3 },
    ]);
  });

  it('drops what its queue has no room for', () => {
    const { clock, send, arrivals, one } = joined({ delayMs: 0, rate: 1_000_000, queueFrames: 3 });
    for (let id = 0; id < 5; id++) send(id, 125);
    clock.runUntil(1);
    send(5, 125); // the first has left
    clock.runIdle();
    expect(ids(arrivals)).toEqual([0, 1, 2, 5]);
    expect(one.counters).toMatchObject({ sent: 4, overflow: 2, delivered: 4 });
  });

  it('reaches its rate and no more under load', () => {
    const { clock, send, arrivals, one } = joined({ rate: 8_000_000, queueFrames: 10 });
    for (let ms = 0; ms < 1000; ms += 0.5) clock.at(ms, () => send(0, 1000)); // twice the rate
    clock.runUntil(1000);
    expect(arrivals.length).toBeGreaterThan(985);
    expect(arrivals.length).toBeLessThanOrEqual(1000);
    expect(one.counters.overflow + one.counters.sent).toBe(2000);
  });

  it('keeps the order under jitter, within its bounds', () => {
    const { clock, send, arrivals } = joined({ delayMs: 1, jitterMs: 5 });
    for (let id = 0; id < 500; id++) clock.at(id * 0.7, () => send(id));
    clock.runIdle();
    expect(ids(arrivals)).toEqual(Array.from({ length: 500 }, (_, id) => id));
    const delays = arrivals.map(({ at, id }) => at - id * 0.7);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0.999);
    expect(Math.max(...delays)).toBeLessThanOrEqual(6.001);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(4);
  });

  it('loses, doubles and holds back as often as it is told, each for itself', () => {
    const { clock, send, arrivals, one } = joined({ loss: 0.1, duplicate: 0.05, reorder: 0.2, reorderMs: 3 });
    const count = 20_000;
    for (let id = 0; id < count; id++) clock.at(id, () => send(id));
    clock.runIdle();
    const within = (seen: number, probability: number, of: number) =>
      expect(Math.abs(seen - probability * of)).toBeLessThan(4 * Math.sqrt(of * probability * (1 - probability)));
    within(one.counters.lost, 0.1, count);
    within(one.counters.duplicated, 0.05, count - one.counters.lost);
    within(one.counters.reordered, 0.2, count - one.counters.lost);
    expect(arrivals.length).toBe(count - one.counters.lost + one.counters.duplicated);
    // Losses do not come in runs: after a loss the next one is as likely as ever.
    const there = new Set(ids(arrivals));
    let pairs = 0;
    for (let id = 1; id < count; id++) if (!there.has(id) && !there.has(id - 1)) pairs++;
    within(pairs, 0.1, one.counters.lost);
  });

  it('lets later frames overtake one that is held back', () => {
    const { clock, send, arrivals, link } = joined({ delayMs: 1, reorderMs: 2 });
    const fates: FrameFate[] = [];
    link.observer = (_, __, fate) => void fates.push(fate);
    link.set({ reorder: 1 });
    send(1);
    link.set({ reorder: 0 });
    send(2);
    clock.runIdle();
    expect(arrivals).toEqual([
      { at: 1, id: 2 },
      { at: 3, id: 1 },
    ]);
    expect(fates).toEqual(['reordered', 'sent', 'delivered', 'delivered']);
  });

  it('changes for each direction alone, while it runs', () => {
    const { clock, link, send, arrivals, one, other } = joined({ delayMs: 1 });
    one.set({ delayMs: 5 });
    expect([one.quality.delayMs, other.quality.delayMs]).toEqual([5, 1]);
    send(1);
    link.set({ delayMs: 2 });
    send(2); // does not overtake
    clock.runIdle();
    expect(arrivals).toEqual([
      { at: 5, id: 1 },
      { at: 5, id: 2 },
    ]);
  });

  it('loses what is on it when it is cut, tells both ends, and starts afresh', () => {
    const { clock, link, send, arrivals, changes, one } = joined({ delayMs: 10, rate: 1_000_000 });
    send(1, 1250);
    clock.runUntil(5);
    link.setUp(false);
    link.setUp(false);
    send(2);
    clock.runUntil(6);
    link.setUp(true);
    send(3, 125);
    clock.runIdle();
    expect(arrivals).toEqual([{ at: 17, id: 3 }]);
    expect(one.counters).toMatchObject({ down: 2, delivered: 1 });
    expect(changes).toEqual(['one false', 'other false', 'one true', 'other true']);
  });

  it('does the same from the same seed', () => {
    const run = (seed: string): Arrival[] => {
      const { clock, send, arrivals } = joined({ loss: 0.3, duplicate: 0.3, reorder: 0.3, jitterMs: 4 }, seed);
      for (let id = 0; id < 200; id++) clock.at(id, () => send(id));
      clock.runIdle();
      return arrivals;
    };
    expect(run('a')).toEqual(run('a'));
    expect(run('a')).not.toEqual(run('b'));
  });
});
