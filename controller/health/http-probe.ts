import type { Packet } from '../../openflow/packet/packet.ts';
import { TCP, type Tcp } from '../../openflow/packet/tcp.ts';
import { tcpSegment } from '../../openflow/packet/tcp-message.ts';
import type { Random } from '../core/clock.ts';
import type { HealthConfig } from '../core/config.ts';
import { ByteStream } from './byte-stream.ts';
import { Handshake } from './handshake.ts';
import { requestOf, type StreamEnd, verdictOf } from './http-check.ts';
import { type Ends, idle, type Limits, nonce32, type Probe, type Step } from './probe.ts';
import { Schedule } from './schedule.ts';

/** What is read of a page, head included; it is also the window that the server is offered. */
export const PAGE_LIMIT = 16_384;

/**
 * Asks for a page: a whole small TCP connection, one GET, the answer put in order. A connection whose answer came to its end is
 * closed by FIN, any other one is reset.
 */
export class HttpProbe implements Probe {
  readonly frames: readonly Uint8Array[];
  readonly #ends: Ends;
  readonly #page: HealthConfig['http'];
  readonly #startedAt: number;
  readonly #schedule: Schedule;
  readonly #request: Uint8Array;
  readonly #handshake: Handshake;
  #answer: ByteStream | undefined;
  #end: 'open' | 'closing' | 'reset' = 'open';

  constructor(ends: Ends, { http: page, timeoutMs }: Limits & Pick<HealthConfig, 'http'>, startedAt: number, random: Random) {
    this.#ends = ends;
    this.#page = page;
    this.#startedAt = startedAt;
    this.#schedule = new Schedule(startedAt, timeoutMs);
    this.#request = requestOf(page, ends.local.ip, ends.remote.port);
    this.#handshake = new Handshake(ends, nonce32(random), PAGE_LIMIT);
    this.frames = [this.#handshake.syn];
  }

  get deadline(): number {
    return this.#schedule.deadline;
  }

  onPacket(packet: Packet, now: number): Step {
    const answer = this.#answer;
    const { tcp, payload } = packet;
    if (answer === undefined) return this.#onReply(packet);
    if (tcp === undefined || !this.#acknowledges(tcp)) return idle;
    if ((tcp.flags & TCP.RST) !== 0) return this.#end === 'open' && tcp.seq === answer.next ? this.#decide(now, 'reset') : idle;
    if ((tcp.flags & TCP.SYN) !== 0) return { frames: this.#repetition() };
    const fin = (tcp.flags & TCP.FIN) !== 0;
    if (payload.length === 0 && !fin) return idle;
    if (this.#end === 'reset') return { frames: [this.#handshake.reset(this.#next)] };
    answer.take(tcp.seq, payload, fin);
    const decided = this.#end === 'open' ? this.#decide(now, answer.isFinished ? 'fin' : undefined) : idle;
    return decided === idle ? { frames: [this.#segment(TCP.ACK)] } : decided;
  }

  onDeadline(now: number): Step {
    const due = this.#schedule.due(now);
    if (due !== 'end') return due === 'repetition' ? { frames: this.#repetition() } : idle;
    if (this.#answer !== undefined) return this.#decide(now, 'timeout');
    return { frames: [], outcome: { kind: 'silent', reason: `no answer from port ${this.#ends.remote.port}` } };
  }

  #onReply(packet: Packet): Step {
    const reply = this.#handshake.reply(packet);
    if (!('seq' in reply)) return reply;
    this.#answer = new ByteStream((reply.seq + 1) >>> 0, PAGE_LIMIT);
    return { frames: this.#repetition() };
  }

  /** Whether a segment acknowledges what was sent, and nothing else: nobody knows these numbers who has not seen them. */
  #acknowledges({ flags, ack }: Tcp): boolean {
    const acked = (ack - this.#handshake.next) >>> 0;
    const sent = this.#request.length + (this.#end === 'closing' ? 1 : 0);
    // A reset need not acknowledge; its sequence number is checked then.
    return (flags & TCP.ACK) === 0 ? (flags & TCP.RST) !== 0 : acked <= sent;
  }

  /** The sequence number behind everything that was sent. */
  get #next(): number {
    return (this.#handshake.next + this.#request.length + (this.#end === 'closing' ? 1 : 0)) >>> 0;
  }

  /** What may have been lost: the SYN, or the request. */
  #repetition(): readonly Uint8Array[] {
    if (this.#answer === undefined) return this.frames;
    const isHeard = this.#answer.bytes.length > 0;
    return [isHeard ? this.#segment(TCP.ACK) : this.#segment(TCP.ACK | TCP.PSH, this.#handshake.next, this.#request)];
  }

  #decide(now: number, end: StreamEnd | undefined): Step {
    const answer = this.#answer!;
    const verdict = verdictOf(this.#page, answer.bytes, end ?? (answer.isFull ? 'limit' : undefined));
    if (verdict === undefined) return idle;
    const { isHealthy, isWhole, reason } = verdict;
    const frames = end === 'reset' ? [] : isWhole ? [this.#segment(TCP.FIN | TCP.ACK)] : [this.#handshake.reset(this.#next)];
    this.#end = isWhole ? 'closing' : 'reset';
    return { frames, outcome: isHealthy ? { kind: 'answered', ms: now - this.#startedAt, reason } : { kind: 'wrong', reason } };
  }

  #segment(flags: number, seq = this.#next, payload?: Uint8Array): Uint8Array {
    const { next: ack, window } = this.#answer!;
    return tcpSegment(this.#ends.local, this.#ends.remote, { seq, ack, flags, window }, payload);
  }
}
