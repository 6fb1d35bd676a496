import { icmpEchoRequest } from '../../openflow/packet/echo-request-message.ts';
import { ICMP } from '../../openflow/packet/icmp.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Random } from '../core/clock.ts';
import { type Ends, idle, nonce32, type Probe, type Step } from './probe.ts';

/** Pings a server (RFC 792). The number and eight bytes of data have to come back as they were. */
export class IcmpProbe implements Probe {
  readonly #ends: Ends;
  readonly #timeoutMs: number;
  readonly #payload = new Uint8Array(8);
  #seq = 0;
  #startedAt = 0;

  constructor(ends: Ends, timeoutMs: number) {
    this.#ends = ends;
    this.#timeoutMs = timeoutMs;
  }

  get deadline(): number {
    return this.#startedAt + this.#timeoutMs;
  }

  start(now: number, random: Random): readonly Uint8Array[] {
    const { local, remote } = this.#ends;
    this.#startedAt = now;
    this.#seq = nonce32(random) & 0xffff;
    const data = new DataView(this.#payload.buffer);
    data.setUint32(0, nonce32(random));
    data.setUint32(4, nonce32(random));
    const ethernet = { src: local.mac, dst: remote.mac };
    const ipv4 = { src: local.ip, dst: remote.ip };
    return [icmpEchoRequest({ ethernet, ipv4, id: local.port, seq: this.#seq, payload: this.#payload })];
  }

  onPacket({ icmp, payload }: Packet, now: number): Step {
    const isOurs = icmp?.type === ICMP.ECHO_REPLY && icmp.id === this.#ends.local.port && icmp.seq === this.#seq;
    if (!isOurs || Buffer.compare(payload, this.#payload) !== 0) return idle;
    return { frames: [], outcome: { kind: 'answered', ms: now - this.#startedAt, reason: 'answers pings' } };
  }

  onDeadline(now: number): Step {
    return now < this.deadline ? idle : { frames: [], outcome: { kind: 'silent', reason: 'no answer to a ping' } };
  }
}
