import { expect, test } from 'vitest';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import type { PacketInput } from '../../../openflow/packet/packet.ts';
import { TCP, type TcpInput } from '../../../openflow/packet/tcp.ts';
import { tcpReset } from '../../../openflow/packet/tcp-reset.ts';

const ETHERNET = { dst: '02:00:00:00:00:01', src: '02:00:00:00:00:02' };
const V4 = { src: '10.0.0.2', dst: '10.0.0.1' };
const V6 = { src: '2001:db8::2', dst: '2001:db8::1' };

function segment(tcp: Partial<TcpInput>, more: Partial<PacketInput> = { ipv4: V4 }): PacketInput {
  return { ethernet: ETHERNET, tcp: { srcPort: 40000, dstPort: 80, flags: TCP.ACK, ...tcp }, ...more };
}

function answer(packet: PacketInput) {
  const frame = tcpReset(dissect(build(packet)));
  return frame && dissect(frame);
}

// RFC 9293 3.10.7.1: without ACK <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>, with ACK <SEQ=SEG.ACK><CTL=RST>.
const rows: [title: string, packet: PacketInput, tcp: object][] = [
  ['a SYN', segment({ flags: TCP.SYN, seq: 1000 }), { seq: 0, ack: 1001, flags: TCP.RST | TCP.ACK }],
  ['a SYN with data', segment({ flags: TCP.SYN, seq: 1000 }, { ipv4: V4, payload: new Uint8Array(5) }), { seq: 0, ack: 1006 }],
  ['a FIN without ACK at the end of the sequence space', segment({ flags: TCP.FIN, seq: 0xffffffff }), { seq: 0, ack: 0 }],
  ['an ACK', segment({ seq: 7, ack: 4000000000 }), { seq: 4000000000, ack: 0, flags: TCP.RST }],
  ['a SYN-ACK over IPv6', segment({ flags: TCP.SYN | TCP.ACK, ack: 9 }, { ipv6: V6 }), { seq: 9, ack: 0, flags: TCP.RST }],
];

test.each(rows)('the reset that answers %s', (_, packet, tcp) => {
  const reset = answer(packet);
  expect(reset).toMatchObject({
    ethernet: { dst: ETHERNET.src, src: ETHERNET.dst },
    tcp: { srcPort: 80, dstPort: 40000, ...tcp },
  });
  const ip = reset?.ipv4 ?? reset?.ipv6;
  const asked = packet.ipv4 ?? packet.ipv6;
  expect(ip).toMatchObject({ src: asked?.dst, dst: asked?.src });
  expect(reset?.payload).toHaveLength(0);
});

test('a reset goes back in the VLAN the segment came in', () => {
  const vlan = [{ tpid: 0x8100, pcp: 3, dei: false, vid: 42 }];
  expect(answer({ ...segment({}), ethernet: { ...ETHERNET, vlan } })?.ethernet.vlan).toEqual(vlan);
});

test('the bytes cut off a packet-in count for the acknowledgment', () => {
  const frame = build(segment({ flags: TCP.SYN, seq: 1 }, { ipv4: V4, payload: new Uint8Array(100) }));
  const reset = tcpReset(dissect(frame.slice(0, 64)));
  expect(reset && dissect(reset).tcp?.ack).toBe(102);
});

const silent: [title: string, packet: PacketInput][] = [
  ['a reset', segment({ flags: TCP.RST })],
  ['a reset with ACK', segment({ flags: TCP.RST | TCP.ACK })],
  ['UDP', { ethernet: ETHERNET, ipv4: V4, udp: { srcPort: 1, dstPort: 2 } }],
  ['a segment to a broadcast MAC', { ...segment({}), ethernet: { ...ETHERNET, dst: 'ff:ff:ff:ff:ff:ff' } }],
  ['a segment to a multicast address', segment({}, { ipv4: { ...V4, dst: '224.0.0.1' } })],
  ['a segment from nobody', segment({}, { ipv4: { ...V4, src: '0.0.0.0' } })],
  ['a segment to an IPv6 multicast address', segment({}, { ipv6: { ...V6, dst: 'ff02::1' } })],
  ['a first fragment', segment({}, { ipv4: { ...V4, flags: 1 } })],
];

test.each(silent)('%s is not answered with a reset', (_, packet) => {
  expect(tcpReset(dissect(build(packet)))).toBeUndefined();
});
