import { expect, test } from 'vitest';
import { arpReply, arpRequest } from '../../../openflow/packet/arp-message.ts';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { ICMP_UNREACHABLE } from '../../../openflow/packet/icmp.ts';
import { icmpEchoReply, icmpUnreachable } from '../../../openflow/packet/icmp-message.ts';
import { ICMPV6_UNREACHABLE, linkLayerOf, NA_FLAGS } from '../../../openflow/packet/icmpv6.ts';
import { icmpv6EchoReply, icmpv6Unreachable } from '../../../openflow/packet/icmpv6-message.ts';
import { customTlv, customTlvs } from '../../../openflow/packet/lldp.ts';
import {
  ALL_NODES,
  neighborAdvertisement,
  neighborSolicitation,
  solicitedNode,
} from '../../../openflow/packet/neighbor-message.ts';
import type { PacketInput } from '../../../openflow/packet/packet.ts';
import { quoteOf } from '../../../openflow/packet/quote.ts';
import { mssOf, mssOption } from '../../../openflow/packet/tcp.ts';
import { verifyChecksums } from '../../../openflow/packet/verification.ts';

const A = { mac: '02:00:00:00:00:0a', ip: '10.0.0.10', ip6: '2001:db8::a' };
const B = { mac: '02:00:00:00:00:0b', ip: '10.0.0.11', ip6: '2001:db8::b' };
const vlan = [{ tpid: 0x8100, pcp: 0, dei: false, vid: 9 }];
const FROM_A = { src: A.mac, dst: B.mac };
const V4 = { src: A.ip, dst: B.ip };
const V6 = { src: A.ip6, dst: B.ip6 };
const read = (frame: Uint8Array | undefined) => {
  if (frame === undefined) throw new Error('no answer');
  expect(Object.values(verifyChecksums(frame))).not.toContain(false);
  return dissect(frame);
};
const received = (packet: Omit<PacketInput, 'ethernet'>, ethernet = FROM_A) => dissect(build({ ethernet, ...packet }));

test('an ARP request is broadcast, a probe names no sender, an announcement names itself', () => {
  expect(read(arpRequest({ senderMac: A.mac, senderIp: A.ip, targetIp: B.ip }))).toMatchObject({
    ethernet: { dst: 'ff:ff:ff:ff:ff:ff', src: A.mac },
    arp: { op: 1, sha: A.mac, spa: A.ip, tha: '00:00:00:00:00:00', tpa: B.ip },
  });
  expect(read(arpRequest({ senderMac: A.mac, targetIp: B.ip, ethDst: B.mac, vlan }))).toMatchObject({
    ethernet: { dst: B.mac, vlan },
    arp: { spa: '0.0.0.0' },
  });
});

test('an ARP reply goes to the one who asked', () => {
  const reply = read(arpReply({ senderMac: A.mac, senderIp: A.ip, targetMac: B.mac, targetIp: B.ip, vlan }));
  expect(reply).toMatchObject({
    ethernet: { dst: B.mac, src: A.mac, vlan },
    arp: { op: 2, sha: A.mac, spa: A.ip, tha: B.mac, tpa: B.ip },
  });
});

test('an echo reply carries the identifier, number and data of the request', () => {
  const payload = Uint8Array.of(1, 2, 3);
  const reply = read(icmpEchoReply(received({ ipv4: V4, icmp: { type: 8, code: 0, id: 5, seq: 6 }, payload })));
  expect(reply).toMatchObject({
    ethernet: { src: B.mac, dst: A.mac },
    ipv4: { src: B.ip, dst: A.ip, ttl: 64 },
    icmp: { type: 0, id: 5, seq: 6 },
    payload,
  });
  const reply6 = read(icmpv6EchoReply(received({ ipv6: V6, icmpv6: { type: 128, code: 0, id: 5, seq: 6 }, payload })));
  expect(reply6).toMatchObject({ ipv6: { src: B.ip6, dst: A.ip6 }, icmpv6: { type: 129, id: 5, seq: 6 }, payload });
});

test('an unreachable quotes the packet, and the quote says which connection it is about', () => {
  const udp = received({
    ipv4: { ...V4, options: Uint8Array.of(1, 1, 1, 0) },
    udp: { srcPort: 1000, dstPort: 53 },
    payload: new Uint8Array(9),
  });
  const answer = read(icmpUnreachable(udp, ICMP_UNREACHABLE.PORT));
  expect(answer).toMatchObject({ ipv4: { src: B.ip, dst: A.ip }, icmp: { type: 3, code: 3, rest: 0 } });
  expect(answer.payload).toEqual(build(udp).slice(14));
  expect(quoteOf(answer)).toEqual({ src: A.ip, dst: B.ip, proto: 17, srcPort: 1000, dstPort: 53 });
  const answer6 = read(
    icmpv6Unreachable(received({ ipv6: V6, tcp: { srcPort: 7, dstPort: 8, flags: 2 } }), ICMPV6_UNREACHABLE.PORT),
  );
  expect(answer6.icmpv6).toEqual({ type: 1, code: 4, rest: 0 });
  expect(quoteOf(answer6)).toEqual({ src: A.ip6, dst: B.ip6, proto: 6, srcPort: 7, dstPort: 8 });
});

test('the quote of a packet that was cut is the beginning of the packet', () => {
  const frame = build({ ethernet: FROM_A, ipv4: V4, udp: { srcPort: 1000, dstPort: 53 }, payload: new Uint8Array(1000).fill(7) });
  const answer = read(icmpUnreachable(dissect(frame.slice(0, 128)), ICMP_UNREACHABLE.PORT));
  expect(answer.payload).toEqual(frame.slice(14, 128));
});

test('an error is no longer than its limit, and says the next MTU', () => {
  const payload = new Uint8Array(1400);
  const answer = read(
    icmpUnreachable(
      received({ ipv4: V4, tcp: { srcPort: 7, dstPort: 8, flags: 16 }, payload }),
      ICMP_UNREACHABLE.FRAGMENTATION_NEEDED,
      1280,
    ),
  );
  expect(answer).toMatchObject({ ipv4: { totalLength: 576 }, icmp: { rest: 1280 } });
  expect(read(icmpv6Unreachable(received({ ipv6: V6, udp: { srcPort: 7, dstPort: 8 }, payload }), 0)).ipv6?.payloadLength).toBe(
    1240,
  );
});

const silent: [title: string, packet: ReturnType<typeof received>][] = [
  ['an ICMP error', received({ ipv4: V4, icmp: { type: 3, code: 1 } })],
  ['an ICMPv6 error', received({ ipv6: V6, icmpv6: { type: 1, code: 1 } })],
  ['a broadcast frame', received({ ipv4: V4, udp: { srcPort: 1, dstPort: 2 } }, { ...FROM_A, dst: 'ff:ff:ff:ff:ff:ff' })],
  ['a packet to a group', received({ ipv4: { ...V4, dst: '239.1.1.1' }, udp: { srcPort: 1, dstPort: 2 } })],
  ['a packet from nobody', received({ ipv6: { ...V6, src: '::' }, udp: { srcPort: 1, dstPort: 2 } })],
  ['a later fragment', received({ ipv4: { ...V4, proto: 17, fragmentOffset: 9 } })],
  ['ARP', dissect(arpRequest({ senderMac: A.mac, targetIp: B.ip }))],
];

test.each(silent)('%s is not answered', (_, packet) => {
  expect([icmpUnreachable(packet, 1), icmpv6Unreachable(packet, 1), icmpEchoReply(packet), icmpv6EchoReply(packet)]).toEqual(
    new Array(4),
  );
});

test('an echo request that is not whole is not answered', () => {
  const frame = build({ ethernet: FROM_A, ipv4: V4, icmp: { type: 8, code: 0, id: 5, seq: 6 }, payload: new Uint8Array(100) });
  expect(icmpEchoReply(dissect(frame.slice(0, 100)))).toBeUndefined();
});

test('a solicitation goes to the group of its target, an advertisement to the one who asked', () => {
  expect(solicitedNode('fe80::2aa:ff:fe28:9c5a')).toEqual({ ip: 'ff02::1:ff28:9c5a', mac: '33:33:ff:28:9c:5a' });
  const asked = read(neighborSolicitation({ senderMac: A.mac, senderIp: A.ip6, targetIp: B.ip6 }));
  expect(asked).toMatchObject({
    ethernet: { dst: '33:33:ff:00:00:0b' },
    ipv6: { src: A.ip6, dst: 'ff02::1:ff00:b', hopLimit: 255 },
  });
  expect(asked.icmpv6 && linkLayerOf(asked.icmpv6)).toBe(A.mac);
  const probe = read(neighborSolicitation({ senderMac: A.mac, targetIp: B.ip6, ethDst: B.mac }));
  expect(probe).toMatchObject({
    ethernet: { dst: B.mac },
    ipv6: { src: '::', dst: B.ip6 },
    icmpv6: { target: B.ip6, options: [] },
  });
  const told = read(neighborAdvertisement({ senderMac: B.mac, senderIp: B.ip6, targetMac: A.mac, targetIp: A.ip6 }));
  expect(told).toMatchObject({ ethernet: { dst: A.mac }, ipv6: { dst: A.ip6, hopLimit: 255 } });
  expect(told.icmpv6).toMatchObject({
    rest: NA_FLAGS.SOLICITED + NA_FLAGS.OVERRIDE,
    target: B.ip6,
    options: [{ type: 2, mac: B.mac }],
  });
  const all = read(
    neighborAdvertisement({ senderMac: B.mac, senderIp: B.ip6, targetMac: A.mac, targetIp: '::', router: true, vlan }),
  );
  expect(all).toMatchObject({ ethernet: { dst: ALL_NODES.mac, vlan }, ipv6: { dst: ALL_NODES.ip } });
  expect(all.icmpv6?.rest).toBe(NA_FLAGS.ROUTER + NA_FLAGS.OVERRIDE);
});

const mss: [title: string, options: Uint8Array, found: number | undefined][] = [
  ['alone', mssOption(1460), 1460],
  ['behind no-operations', Uint8Array.of(1, 1, ...mssOption(536)), 536],
  ['behind another option', Uint8Array.of(3, 3, 7, ...mssOption(9000)), 9000],
  ['behind the end', Uint8Array.of(0, ...mssOption(1460)), undefined],
  ['behind an option of length 0', Uint8Array.of(8, 0, ...mssOption(1460)), undefined],
  ['cut', Uint8Array.of(1, 2, 4, 5), undefined],
  ['nowhere', new Uint8Array(0), undefined],
];

test.each(mss)('a maximum segment size %s', (_, options, found) => {
  expect(mssOf({ options })).toBe(found);
});

test('the TLVs of an organization are found among the others', () => {
  const ours = { oui: 0x0026e1, subtype: 3, value: Uint8Array.of(1, 2) };
  const id = { subtype: 7, value: Uint8Array.of(1) };
  const tlvs = [
    customTlv({ ...ours, oui: 0x001b21 }),
    { type: 5, value: Uint8Array.of(65) },
    customTlv(ours),
    { type: 127, value: new Uint8Array(2) },
  ];
  expect(customTlvs({ chassis: id, port: id, ttl: 1, tlvs }, 0x0026e1)).toEqual([ours]);
});

const refused: [title: string, packet: PacketInput, message: string][] = [
  ['no type', { ethernet: FROM_A }, 'ethernet: no type'],
  ['a bad MAC', { ethernet: { src: 'x', dst: B.mac, type: 1 } }, 'ethernet: '],
  ['a bad tag', { ethernet: { ...FROM_A, vlan: [{ vid: 4096 }], type: 0x0800 } }, 'ethernet: pcp 0 or vid 4096'],
  ['no protocol', { ethernet: FROM_A, ipv4: V4 }, 'no protocol'],
  ['a bad address', { ethernet: FROM_A, ipv4: { src: '10.0.0.256', dst: B.ip }, udp: { srcPort: 1, dstPort: 2 } }, 'ipv4: '],
  ['too many options', { ethernet: FROM_A, ipv4: { ...V4, options: new Uint8Array(41), proto: 6 } }, 'ipv4: 41 bytes'],
  ['a port of 17 bits', { ethernet: FROM_A, ipv4: V4, tcp: { srcPort: 65536, dstPort: 1, flags: 0 } }, 'tcp: 65536'],
  [
    'a datagram of 64 KiB',
    { ethernet: FROM_A, ipv4: V4, tcp: { srcPort: 1, dstPort: 1, flags: 0 }, payload: new Uint8Array(65530) },
    'ipv4: a datagram',
  ],
  [
    'an extension header of odd size',
    { ethernet: FROM_A, ipv6: { ...V6, proto: 6, extensions: [{ proto: 60, data: new Uint8Array(7) }] } },
    'ipv6: ',
  ],
];

test.each(refused)('%s has no encoding', (_, packet, message) => {
  expect(() => build(packet)).toThrow(message);
});
