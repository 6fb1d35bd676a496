import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteStream } from '../../../controller/health/byte-stream.ts';

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + 3) & 0xff);

describe('a stream of bytes', () => {
  it('is the same whatever the order of its segments, cut anywhere, sent twice and overlapping', () => {
    const cut = fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 80 }));
    const first = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(first, fc.integer({ min: 1, max: 300 }), fc.array(cut, { maxLength: 30 }), (seq, length, cuts) => {
        const sent = bytes(length);
        const stream = new ByteStream(seq, 400);
        const whole = Array.from({ length: Math.ceil(length / 40) }, (_, i) => [i * 40, 40] as const);
        for (const [at, size] of [...cuts, ...whole.toReversed()]) {
          const part = sent.subarray(at, at + size);
          if (part.length > 0) stream.take((seq + at) >>> 0, part, at + size >= length);
          expect(stream.bytes).toEqual(sent.subarray(0, stream.bytes.length));
        }
        expect(stream.bytes).toEqual(sent);
        expect(stream.isFinished).toBe(true);
        expect(stream.next).toBe((seq + length + 1) >>> 0);
      }),
      { seed: 1 },
    );
  });

  it('holds no more than its limit, and offers the sender no more', () => {
    const stream = new ByteStream(0, 10);
    stream.take(0, bytes(6), false);
    expect([stream.window, stream.next, stream.isFull]).toEqual([4, 6, false]);
    stream.take(6, bytes(20), true);
    expect([stream.window, stream.next, stream.isFull, stream.isFinished]).toEqual([0, 10, true, false]);
    expect(stream.bytes).toHaveLength(10);
  });

  it('takes nothing from before its beginning or behind its limit', () => {
    const stream = new ByteStream(100, 10);
    stream.take(90, bytes(10), true);
    stream.take(110, bytes(5), true);
    stream.take(0x8000_0000, bytes(5), true);
    expect(stream.bytes).toHaveLength(0);
    expect(stream.isFinished).toBe(false);
  });

  it('keeps a bounded number of pieces behind gaps', () => {
    const stream = new ByteStream(0, 16_384);
    for (let at = 1; at < 400; at += 2) stream.take(at, bytes(1), false);
    for (let at = 0; at < 400; at += 2) stream.take(at, bytes(1), false);
    // 64 pieces waited; what came behind them was not kept, and the sender would have to repeat it.
    expect(stream.bytes.length).toBe(129);
  });
});
