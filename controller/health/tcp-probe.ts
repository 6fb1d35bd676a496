import type { Random } from '../core/clock.ts';
import { Handshake } from './handshake.ts';
import { type Ends, idle, type Limits, nonce32, type Probe } from './probe.ts';
import { Schedule } from './schedule.ts';

/** Asks whether a port is open, and resets the connection before the program behind it hears of it (a half-open check). */
export function tcpProbe(ends: Ends, { timeoutMs }: Limits, startedAt: number, random: Random): Probe {
  const { port } = ends.remote;
  const schedule = new Schedule(startedAt, timeoutMs);
  const handshake = new Handshake(ends, nonce32(random), 0xffff);
  return {
    frames: [handshake.syn],
    get deadline() {
      return schedule.deadline;
    },
    onPacket(packet, now) {
      const reply = handshake.reply(packet);
      if (!('seq' in reply)) return reply;
      const reason = `accepts connections on port ${port}`;
      return { frames: [handshake.reset(handshake.next)], outcome: { kind: 'answered', ms: now - startedAt, reason } };
    },
    onDeadline(now) {
      const due = schedule.due(now);
      if (due === 'end') return { frames: [], outcome: { kind: 'silent', reason: `no answer from port ${port}` } };
      return due === 'repetition' ? { frames: [handshake.syn] } : idle;
    },
  };
}
