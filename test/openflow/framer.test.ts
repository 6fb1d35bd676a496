import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError, encode, Framer, type MessageInput } from '../../openflow/index.ts';
import { anyMessage } from './arbitrary.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const joined = (frames: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(frames));

describe('a framer', () => {
  it('gives the same messages whatever the chunks', () => {
    const messages = fc.array(anyMessage, { minLength: 1, maxLength: 6 });
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(messages, cuts, (given, sizes) => {
        const frames = given.map(message => encode(message as MessageInput));
        const stream = joined(frames);
        const framer = new Framer();
        const found: Uint8Array[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes[i % sizes.length]!;
          found.push(...framer.push(stream.subarray(at, at + size)).map(frame => frame.slice()));
          at += size;
        }
        expect(found).toEqual(frames);
        expect(framer.pending).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same messages byte by byte', () => {
    const stream = joined([
      encode({ type: 'barrierRequest', xid: 1 }),
      encode({ type: 'echoRequest', xid: 2, data: new Uint8Array(300) }),
    ]);
    const framer = new Framer();
    const lengths = Array.from(stream, byte => framer.push(Uint8Array.of(byte))).flatMap(frames =>
      frames.map(frame => frame.length),
    );
    expect(lengths).toEqual([8, 308]);
  });

  it('takes an empty chunk', () => {
    expect(new Framer().push(new Uint8Array(0))).toEqual([]);
  });

  it('gives the messages before a bad length, then refuses everything', () => {
    const framer = new Framer();
    expect(framer.push(hex('04 14 0008 00000001 04 14 0007 00000002'))).toHaveLength(1);
    expect(framer.broken?.code).toBe('BAD_LENGTH');
    expect(() => framer.push(hex('04 14 0008 00000003'))).toThrow(DecodeError);
  });

  it('refuses a message over its limit without storing it', () => {
    const framer = new Framer({ maxLength: 100 });
    expect(() => framer.push(hex('04 02 0065 00000001'))).toThrow(/at most 100/);
    expect(framer.pending).toBe(0);
  });

  it('keeps no more than the message that is not complete', () => {
    const framer = new Framer();
    framer.push(hex('04 02 ffff 00000001'));
    framer.push(new Uint8Array(1_000));
    expect(framer.pending).toBe(1_008);
  });
});
