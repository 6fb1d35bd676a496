import fc from 'fast-check';
import { expect, test } from 'vitest';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import type { PacketInput } from '../../../openflow/packet/packet.ts';
import { rewrite } from '../../../openflow/packet/rewrite.ts';
import { verifyChecksums } from '../../../openflow/packet/verification.ts';
import { ipPacket, ipv4Address, ipv6Address, mac, u16 } from './arbitrary.ts';

const ETHERNET = { dst: '02:00:00:00:00:01', src: '02:00:00:00:00:02' };
const V4 = { src: '10.0.0.2', dst: '10.0.0.100' };
const SEGMENT: PacketInput = { ethernet: ETHERNET, ipv4: V4, tcp: { srcPort: 40000, dstPort: 80, flags: 2 } };
const fields = fc.record({
  ethSrc: mac,
  ethDst: mac,
  src4: ipv4Address,
  dst4: ipv4Address,
  src6: ipv6Address,
  dst6: ipv6Address,
  l4Src: u16,
  l4Dst: u16,
});

test('a rewritten packet is the packet built with the new fields', () => {
  fc.assert(
    fc.property(ipPacket, fields, (input, { ethSrc, ethDst, src4, dst4, src6, dst6, l4Src, l4Dst }) => {
      const before = build(input);
      const kept = before.slice();
      const addresses = input.ipv4 === undefined ? { ipSrc: src6, ipDst: dst6 } : { ipSrc: src4, ipDst: dst4 };
      const after = rewrite(before, { ethSrc, ethDst, ...addresses, l4Src, l4Dst });
      const { ethernet, ipv4, ipv6, tcp, udp } = input;
      const ports = { srcPort: l4Src, dstPort: l4Dst };
      const wanted = build({
        ...input,
        ethernet: { ...ethernet, src: ethSrc, dst: ethDst },
        ...(ipv4 && { ipv4: { ...ipv4, src: src4, dst: dst4 } }),
        ...(ipv6 && { ipv6: { ...ipv6, src: src6, dst: dst6 } }),
        ...(tcp && { tcp: { ...tcp, ...ports } }),
        ...(udp && { udp: { ...udp, ...ports } }),
      });
      expect(dissect(after)).toEqual(dissect(wanted));
      expect(Object.values(verifyChecksums(after))).not.toContain(false);
      expect(before).toEqual(kept);
    }),
    { numRuns: 1000 },
  );
});

test('the way there and the way back cancel out', () => {
  const frame = build(SEGMENT);
  const there = rewrite(frame, { ethDst: '02:00:00:00:00:03', ipDst: '10.0.0.3', l4Dst: 8000 });
  expect(dissect(there)).toMatchObject({
    ethernet: { dst: '02:00:00:00:00:03' },
    ipv4: { dst: '10.0.0.3' },
    tcp: { dstPort: 8000 },
  });
  expect(rewrite(there, { ethDst: ETHERNET.dst, ipDst: V4.dst, l4Dst: 80 })).toEqual(frame);
});

test('a wrong TCP checksum stays wrong: a switch must not repair it', () => {
  const frame = build({ ...SEGMENT, tcp: { srcPort: 40000, dstPort: 80, flags: 2, checksum: 0x1234 } });
  expect(verifyChecksums(frame)).toEqual({ ipv4: true, transport: false });
  expect(verifyChecksums(rewrite(frame, { ipDst: '10.0.0.3', l4Dst: 8000 }))).toEqual({ ipv4: true, transport: false });
});

test('UDP without checksum stays without; a checksum never becomes 0', () => {
  const none = build({ ethernet: ETHERNET, ipv4: V4, udp: { srcPort: 1, dstPort: 2, checksum: 0 } });
  expect(dissect(rewrite(none, { ipDst: '10.0.0.3', l4Dst: 8000 })).udp).toEqual({ srcPort: 1, dstPort: 8000, checksum: 0 });
  const frame = build({ ethernet: ETHERNET, ipv4: V4, udp: { srcPort: 1, dstPort: 2 } });
  for (let l4Dst = 0; l4Dst <= 0xffff; l4Dst++) {
    const after = rewrite(frame, { l4Dst });
    if (after[40] === 0 && after[41] === 0) throw new Error(`port ${l4Dst} gives checksum 0`);
  }
});

const untouched: [title: string, packet: PacketInput][] = [
  [
    'the ports of a later fragment',
    { ethernet: ETHERNET, ipv4: { ...V4, proto: 6, fragmentOffset: 3 }, payload: new Uint8Array(40) },
  ],
  ['the ports of ICMP', { ethernet: ETHERNET, ipv4: V4, icmp: { type: 8, code: 0, id: 1, seq: 1 } }],
  ['the ports of ARP', { ethernet: ETHERNET, arp: { op: 1, sha: ETHERNET.src, spa: V4.src, tha: ETHERNET.dst, tpa: V4.dst } }],
];

test.each(untouched)('%s are left alone', (_, packet) => {
  const frame = build(packet);
  expect(rewrite(frame, { l4Src: 1, l4Dst: 2, ipSrc: '2001:db8::1' })).toEqual(frame);
});

test('what is no address or no port is refused', () => {
  const frame = build(SEGMENT);
  expect(() => rewrite(frame, { ipDst: '10.0.0' })).toThrow('is no address');
  expect(() => rewrite(frame, { ethDst: 'x' })).toThrow('is no address');
  expect(() => rewrite(frame, { l4Dst: 65536 })).toThrow('is no port');
});
