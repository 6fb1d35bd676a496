import { expect, it } from 'vitest';
import { PROBE_MAC } from '../../../controller/core/virtual-mac.ts';
import { arpProbe } from '../../../controller/health/arp-probe.ts';
import { icmpProbe } from '../../../controller/health/icmp-probe.ts';
import { arpReply } from '../../../openflow/packet/arp-message.ts';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { icmpEchoReply } from '../../../openflow/packet/icmp-message.ts';

const SERVER = '00:00:00:00:00:01';
const ends = {
  local: { mac: '02:56:0a:00:00:64', ip: '10.0.0.100', port: 61_000 },
  remote: { mac: SERVER, ip: '10.0.0.1', port: 8000 },
};

it('an ARP probe names no sender, and takes the reply about its address', () => {
  const probe = arpProbe('10.0.0.1', { timeoutMs: 500 }, 0);
  expect(dissect(probe.frames[0]!).arp).toMatchObject({ sha: PROBE_MAC, spa: '0.0.0.0', tpa: '10.0.0.1' });
  const reply = { senderMac: SERVER, senderIp: '10.0.0.1', targetMac: PROBE_MAC, targetIp: '0.0.0.0' };
  const hear = (frame: Uint8Array, now: number) => probe.onPacket(dissect(frame), now).outcome?.kind;
  expect(hear(arpReply({ ...reply, senderIp: '10.0.0.2' }), 1)).toBeUndefined();
  const forged = dissect(arpReply(reply));
  expect(hear(build({ ...forged, ethernet: { ...forged.ethernet, src: '00:00:00:00:00:09' } }), 1)).toBeUndefined();
  expect(hear(arpReply(reply), 500)).toBe('answered');
  expect(probe.onDeadline(499).outcome).toBeUndefined();
  expect(probe.onDeadline(500).outcome).toEqual({ kind: 'silent', reason: 'no answer to ARP' });
});

it('a ping takes the answer that has its number and its data alone', () => {
  const randoms = [0.1, 0.2, 0.3];
  const probe = icmpProbe(ends, { timeoutMs: 500 }, 0, () => randoms.shift()!);
  const asked = dissect(probe.frames[0]!);
  expect(asked).toMatchObject({ ipv4: { src: '10.0.0.100', dst: '10.0.0.1' }, icmp: { type: 8, id: 61_000 } });
  const reply = dissect(icmpEchoReply(asked)!);
  const hear = (packet: typeof reply, now = 7) => probe.onPacket(dissect(build(packet)), now).outcome;
  expect(hear({ ...reply, icmp: { ...reply.icmp!, seq: (reply.icmp!.seq! + 1) & 0xffff } })).toBeUndefined();
  expect(hear({ ...reply, icmp: { ...reply.icmp!, id: 61_001 } })).toBeUndefined();
  expect(hear({ ...reply, payload: reply.payload.map(byte => byte ^ 1) })).toBeUndefined();
  expect(hear({ ...reply, payload: reply.payload.subarray(1) })).toBeUndefined();
  expect(hear(reply)).toEqual({ kind: 'answered', ms: 7, reason: 'answers pings' });
  expect(probe.onDeadline(500).outcome).toEqual({ kind: 'silent', reason: 'no answer to a ping' });
});
