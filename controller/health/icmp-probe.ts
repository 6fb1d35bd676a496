import { icmpEchoRequest } from '../../openflow/packet/echo-request-message.ts';
import { ICMP } from '../../openflow/packet/icmp.ts';
import type { Random } from '../core/clock.ts';
import { type Ends, idle, type Limits, nonce32, type Probe } from './probe.ts';

/** Pings a server (RFC 792). The number and eight bytes of data have to come back as they were. */
export function icmpProbe({ local, remote }: Ends, { timeoutMs }: Limits, startedAt: number, random: Random): Probe {
  const deadline = startedAt + timeoutMs;
  const id = local.port;
  const seq = nonce32(random) & 0xffff;
  const data = Buffer.alloc(8);
  data.writeUInt32BE(nonce32(random), 0);
  data.writeUInt32BE(nonce32(random), 4);
  const ethernet = { src: local.mac, dst: remote.mac };
  const ipv4 = { src: local.ip, dst: remote.ip };
  return {
    frames: [icmpEchoRequest({ ethernet, ipv4, id, seq, payload: data })],
    deadline,
    onPacket({ icmp, payload }, now) {
      const isOurs = icmp?.type === ICMP.ECHO_REPLY && icmp.id === id && icmp.seq === seq;
      if (!isOurs || Buffer.compare(payload, data) !== 0) return idle;
      return { frames: [], outcome: { kind: 'answered', ms: now - startedAt, reason: 'answers pings' } };
    },
    onDeadline: now => (now < deadline ? idle : { frames: [], outcome: { kind: 'silent', reason: 'no answer to a ping' } }),
  };
}
