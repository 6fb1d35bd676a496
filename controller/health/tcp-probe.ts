import type { Packet } from '../../openflow/packet/packet.ts';
import type { Random } from '../core/clock.ts';
import { Handshake } from './handshake.ts';
import { type Ends, idle, nonce32, type Probe, type Step } from './probe.ts';
import { Schedule } from './schedule.ts';

/** Asks whether a port is open, and resets the connection before the program behind it hears of it (a half-open check). */
export class TcpProbe implements Probe {
  readonly #ends: Ends;
  readonly #schedule: Schedule;
  #handshake: Handshake | undefined;

  constructor(ends: Ends, timeoutMs: number) {
    this.#ends = ends;
    this.#schedule = new Schedule(timeoutMs);
  }

  get deadline(): number {
    return this.#schedule.deadline;
  }

  start(now: number, random: Random): readonly Uint8Array[] {
    this.#schedule.start(now);
    this.#handshake = new Handshake(this.#ends, nonce32(random), 0xffff);
    return [this.#handshake.syn()];
  }

  onPacket(packet: Packet, now: number): Step {
    const handshake = this.#handshake!;
    const { port } = this.#ends.remote;
    const reply = handshake.reply(packet);
    if (!('seq' in reply)) return reply;
    const ms = now - this.#schedule.startedAt;
    const reason = `accepts connections on port ${port}`;
    return { frames: [handshake.reset(handshake.next)], outcome: { kind: 'answered', ms, reason } };
  }

  onDeadline(now: number): Step {
    if (this.#schedule.isOver(now))
      return { frames: [], outcome: { kind: 'silent', reason: `no answer from port ${this.#ends.remote.port}` } };
    return this.#schedule.isRepetitionDue(now) ? { frames: [this.#handshake!.syn()] } : idle;
  }
}
