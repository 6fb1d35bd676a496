import fc from 'fast-check';
import { expect, test } from 'vitest';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { icmpEchoReply, icmpUnreachable } from '../../../openflow/packet/icmp-message.ts';
import { icmpv6EchoReply, icmpv6Unreachable } from '../../../openflow/packet/icmpv6-message.ts';
import type { Packet } from '../../../openflow/packet/packet.ts';
import { quoteOf } from '../../../openflow/packet/quote.ts';
import { rewrite } from '../../../openflow/packet/rewrite.ts';
import { tcpReset } from '../../../openflow/packet/tcp-reset.ts';
import { verifyChecksums } from '../../../openflow/packet/verification.ts';
import { packet, u8 } from './arbitrary.ts';

const frame = packet.map(build);
const REWRITE = {
  ethSrc: '02:00:00:00:00:09',
  ethDst: '02:00:00:00:00:08',
  ipSrc: '10.9.9.9',
  ipDst: '10.8.8.8',
  l4Src: 9,
  l4Dst: 8,
};

test('a packet that was built is found again, every field of it', () => {
  fc.assert(
    fc.property(packet, input => {
      const found = dissect(build(input));
      expect(found.malformed).toBeUndefined();
      expect(found).toMatchObject(input);
    }),
    { numRuns: 1000 },
  );
});

test('a frame that was taken apart is built again, byte for byte', () => {
  fc.assert(
    fc.property(frame, bytes => {
      expect(build(dissect(bytes))).toEqual(bytes);
    }),
    { numRuns: 1000 },
  );
});

test('the checksums that are computed are right', () => {
  fc.assert(
    fc.property(frame, bytes => {
      expect(Object.values(verifyChecksums(bytes))).not.toContain(false);
    }),
    { numRuns: 1000 },
  );
});

test('a view in a larger buffer is read like a copy', () => {
  fc.assert(
    fc.property(frame, bytes => {
      const buffer = Buffer.concat([Buffer.alloc(3, 0xee), bytes, Buffer.alloc(5, 0xee)]).subarray(3, 3 + bytes.length);
      const found = dissect(buffer);
      expect(found).toEqual(dissect(bytes));
      buffer.fill(0);
      expect(found).toEqual(dissect(bytes));
    }),
  );
});

/** Everything that is done to a frame from the network; whatever the bytes, none of it may throw. */
function useOf(bytes: Uint8Array): Packet {
  const found = dissect(bytes);
  for (const answer of [tcpReset, icmpEchoReply, icmpv6EchoReply, quoteOf]) answer(found);
  icmpUnreachable(found, 3);
  icmpv6Unreachable(found, 4);
  verifyChecksums(bytes);
  rewrite(bytes, REWRITE);
  rewrite(bytes, { ipSrc: '2001:db8::9', ipDst: '2001:db8::8', l4Src: 9 });
  return found;
}

test('a frame that is cut at any byte is read as far as it goes', () => {
  fc.assert(
    fc.property(frame, bytes => {
      const whole = dissect(bytes);
      for (let length = 0; length < Math.min(bytes.length, 200); length++) {
        const cut = useOf(bytes.slice(0, length));
        const { ethernet } = whole;
        if (length >= 14) expect(cut.ethernet).toMatchObject({ dst: ethernet.dst, src: ethernet.src });
        else expect(cut.malformed?.layer).toBe('ethernet');
        if (cut.malformed === undefined && cut.ipv4 === undefined && cut.ipv6 === undefined) continue;
        if (cut.malformed === undefined)
          expect((cut.truncated ?? 0) + length >= bytes.length - (whole.trailer?.length ?? 0)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test('a frame with wrong bytes in it costs a bounded time and throws nothing', () => {
  const spots = fc.array(fc.tuple(fc.nat(), u8), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(frame, spots, fc.nat(120), (bytes, changes, near) => {
      // Headers are at the front: half of the changes go there.
      for (const [i, [at, value]] of changes.entries())
        bytes[at % (i % 2 === 0 ? Math.min(near + 1, bytes.length) : bytes.length)] = value;
      expect(quickest(() => useOf(bytes))).toBeLessThan(5);
    }),
    { numRuns: 3000 },
  );
});

test('bytes that are no frame cost a bounded time and throw nothing', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 9000 }),
      fc.constantFrom(0x0800, 0x0806, 0x86dd, 0x88cc, 0x8100, 0x88a8),
      (bytes, type) => {
        if (bytes.length > 14) bytes.set([type >> 8, type & 0xff, type === 0x0800 ? 0x45 : type === 0x86dd ? 0x60 : 0], 12);
        expect(quickest(() => useOf(bytes))).toBeLessThan(5);
      },
    ),
    { numRuns: 1000 },
  );
});

/** Milliseconds; the best of a few, so that a pause of the machine is not held against the code. */
function quickest(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5 && best >= 5; i++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
