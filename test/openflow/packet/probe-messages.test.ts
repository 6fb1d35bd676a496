import { expect, test } from 'vitest';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { icmpEchoRequest } from '../../../openflow/packet/echo-request-message.ts';
import { icmpEchoReply } from '../../../openflow/packet/icmp-message.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { tcpSegment } from '../../../openflow/packet/tcp-message.ts';
import { verifyChecksums } from '../../../openflow/packet/verification.ts';

const A = { mac: '02:00:00:00:00:0a', ip: '10.0.0.10' };
const B = { mac: '02:00:00:00:00:0b', ip: '10.0.0.11' };

test('an echo request is one that is answered with its identifier, number and data', () => {
  const frame = icmpEchoRequest({
    ethernet: { src: A.mac, dst: B.mac },
    ipv4: { src: A.ip, dst: B.ip },
    id: 5,
    seq: 6,
    payload: Uint8Array.of(1, 2, 3),
  });
  expect(Object.values(verifyChecksums(frame))).not.toContain(false);
  expect(dissect(icmpEchoReply(dissect(frame))!)).toMatchObject({
    ethernet: { src: B.mac, dst: A.mac },
    ipv4: { src: B.ip, dst: A.ip },
    icmp: { type: 0, code: 0, id: 5, seq: 6 },
    payload: Uint8Array.of(1, 2, 3),
  });
});

test('a TCP segment goes from one end to the other, with its options and data', () => {
  const payload = Uint8Array.of(71, 69, 84);
  const tcp = { seq: 7, ack: 8, flags: TCP.ACK | TCP.PSH, window: 9, options: Uint8Array.of(2, 4, 5, 120) };
  const frame = tcpSegment({ ...A, port: 61_000 }, { ...B, port: 80 }, tcp, payload);
  expect(Object.values(verifyChecksums(frame))).not.toContain(false);
  expect(dissect(frame)).toMatchObject({
    ethernet: { src: A.mac, dst: B.mac },
    ipv4: { src: A.ip, dst: B.ip },
    tcp: { srcPort: 61_000, dstPort: 80, ...tcp },
    payload,
  });
  expect(dissect(tcpSegment({ ...A, port: 1 }, { ...B, port: 2 }, { flags: TCP.SYN })).payload).toHaveLength(0);
});
