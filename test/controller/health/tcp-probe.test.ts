import { describe, expect, it } from 'vitest';
import { tcpProbe } from '../../../controller/health/tcp-probe.ts';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { icmpUnreachable } from '../../../openflow/packet/icmp-message.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { answerTo } from './network.ts';

const ENDS = {
  local: { mac: '02:56:0a:00:00:64', ip: '10.0.0.100', port: 61_000 },
  remote: { mac: '00:00:00:00:00:01', ip: '10.0.0.1', port: 8000 },
};

function begun() {
  const probe = tcpProbe(ENDS, { timeoutMs: 900 }, 0, () => 0.25);
  const syn = dissect(probe.frames[0]!);
  const hear = (data: Uint8Array, now = 5) => {
    const { frames, outcome } = probe.onPacket(dissect(data), now);
    return { flags: frames.map(sent => dissect(sent).tcp!.flags), seqs: frames.map(sent => dissect(sent).tcp!.seq), outcome };
  };
  return { probe, syn, hear };
}

describe('a TCP probe', () => {
  it('sends a SYN in the name of the VIP, with a number that only chance knows', () => {
    const { syn } = begun();
    expect(syn).toMatchObject({
      ethernet: { src: ENDS.local.mac, dst: ENDS.remote.mac },
      ipv4: { src: '10.0.0.100', dst: '10.0.0.1' },
      tcp: { srcPort: 61_000, dstPort: 8000, flags: TCP.SYN, seq: 2 ** 30 },
    });
    const [other] = tcpProbe(ENDS, { timeoutMs: 900 }, 0, () => 0.75).frames;
    expect(dissect(other!).tcp!.seq).toBe(3 * 2 ** 30);
  });

  it('takes the SYN-ACK that acknowledges its number, and resets the connection', () => {
    const { syn, hear } = begun();
    expect(hear(answerTo(syn, TCP.SYN | TCP.ACK))).toEqual({
      flags: [TCP.RST],
      seqs: [syn.tcp!.seq + 1],
      outcome: { kind: 'answered', ms: 5, reason: 'accepts connections on port 8000' },
    });
  });

  it('takes the reset that acknowledges its number as a refusal', () => {
    const { syn, hear } = begun();
    expect(hear(answerTo(syn, TCP.RST | TCP.ACK)).outcome).toEqual({ kind: 'refused', reason: 'port 8000 refuses connections' });
  });

  it('takes an ICMP error that quotes its number as a refusal, and no other', () => {
    const { syn, hear } = begun();
    const guessed = dissect(build({ ...syn, tcp: { ...syn.tcp!, seq: 99 } }));
    expect(hear(icmpUnreachable(guessed, 3)!).outcome).toBeUndefined();
    expect(hear(icmpUnreachable(syn, 3)!).outcome).toEqual({ kind: 'refused', reason: 'port 8000 is unreachable' });
  });

  it.each<[string, number, object]>([
    ['a SYN-ACK for a guessed number', TCP.SYN | TCP.ACK, { ack: 1 }],
    ['a SYN-ACK for its number itself', TCP.SYN | TCP.ACK, { ack: 2 ** 30 }],
    ['a reset for a guessed number', TCP.RST | TCP.ACK, { ack: 1 }],
    ['a reset that acknowledges nothing', TCP.RST, {}],
    ['a SYN', TCP.SYN, {}],
    ['data', TCP.ACK | TCP.PSH, {}],
  ])('is not answered by %s', (_title, flags, more) => {
    const { syn, hear } = begun();
    const { outcome, flags: sent } = hear(answerTo(syn, flags, more));
    expect([outcome, sent]).toEqual([undefined, []]);
  });

  it('ends an old connection of its ports that the server still has, once, and asks again', () => {
    const { syn, hear } = begun();
    const challenge = answerTo(syn, TCP.ACK, { ack: 777 });
    expect(hear(challenge)).toEqual({ flags: [TCP.RST, TCP.SYN], seqs: [777, syn.tcp!.seq], outcome: undefined });
    expect(hear(challenge).flags).toEqual([]);
    expect(hear(answerTo(syn, TCP.SYN | TCP.ACK)).outcome).toMatchObject({ kind: 'answered' });
  });

  it('repeats its SYN twice within its time, then gives up', () => {
    const { probe, syn } = begun();
    const sent: unknown[] = [];
    for (let now = 0; now <= 900; now += 50) {
      const { frames, outcome } = probe.onDeadline(now);
      for (const frame of frames) sent.push([now, dissect(frame).tcp!.seq]);
      if (outcome !== undefined) sent.push([now, outcome.kind, outcome.reason]);
    }
    const { seq } = syn.tcp!;
    expect(sent).toEqual([
      [300, seq],
      [600, seq],
      [900, 'silent', 'no answer from port 8000'],
    ]);
  });
});
