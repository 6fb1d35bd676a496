import { TCP } from '../../../openflow/packet/tcp.ts';
import type { Scheduler } from '../clock.ts';
import type { Timer } from '../event-queue.ts';
import type { TcpCounters, TcpOptions } from './options.ts';
import { RetransmissionTimeout } from './retransmission-timeout.ts';
import { SendBuffer } from './send-buffer.ts';
import { ahead, plus } from './sequence.ts';

/** What the sending half needs of its connection. */
export interface SenderOutlet {
  /** Sends a segment: `length` bytes of the buffer, the first `from` behind the first unacknowledged one. */
  emit(seq: number, flags: number, from: number, length: number): void;
  /** How often a segment may be sent again now. */
  retries(): number;
  /** That often was not enough. */
  gaveUp(): void;
}

/** Repeated acknowledgments that mean a loss (RFC 5681, 3.2). */
const DUPLICATES = 3;

/**
 * The sending half of a connection: what is unacknowledged, the window, retransmission. It sends again after the timeout (RFC
 * 6298) or after three duplicate acknowledgments (RFC 5681, 3.2), and then hole after hole as acknowledgments come in (RFC
 * 6582, 3.2). There is no congestion window: the other side's window is the limit.
 */
export class Sender {
  readonly buffer = new SendBuffer();
  /** SND.UNA, SND.NXT. */
  una: number;
  next: number;
  mss = 536;
  /** SYN or SYN-ACK is not acknowledged yet. */
  opening = true;
  finQueued = false;
  finSent = false;
  #window = 0;
  #windowSeq = 0;
  #windowAck = 0;
  #duplicates = 0;
  /** Everything before it was sent before a loss was noticed. */
  #recover: number;
  #tries = 0;
  #timed: number | undefined;
  #timedAt = 0;
  #timer: Timer | undefined;
  #timerAt = 0;
  #deadline = Number.POSITIVE_INFINITY;
  readonly #rto: RetransmissionTimeout;
  readonly #clock: Scheduler;
  readonly #counters: TcpCounters;
  readonly #outlet: SenderOutlet;

  constructor(iss: number, clock: Scheduler, options: TcpOptions, counters: TcpCounters, outlet: SenderOutlet) {
    this.una = iss;
    this.next = iss;
    this.#recover = iss;
    this.#clock = clock;
    this.#counters = counters;
    this.#outlet = outlet;
    this.#rto = new RetransmissionTimeout(options);
  }

  /** Bytes of data that are sent and not acknowledged. */
  get #inFlight(): number {
    return ahead(this.next, this.una) - (this.finSent ? 1 : 0) - (this.opening ? 1 : 0);
  }

  get finAcked(): boolean {
    return this.finSent && this.una === this.next;
  }

  /** Sends the SYN, or the SYN-ACK, that opens the connection. */
  open(): void {
    this.next = plus(this.una, 1);
    this.#time(this.next);
    this.#outlet.emit(this.una, TCP.SYN, 0, 0);
    this.#arm();
  }

  /** What the other side announced (RFC 9293, 3.10.7.4, SND.WL1 and SND.WL2). */
  setWindow(seq: number, ack: number, window: number): void {
    const newer = ahead(seq, this.#windowSeq);
    if (!this.opening && (newer < 0 || (newer === 0 && ahead(ack, this.#windowAck) < 0))) return;
    this.#window = window;
    this.#windowSeq = seq;
    this.#windowAck = ack;
    if (window === 0) this.#tries = 0; // it is alive, and full
  }

  /** An acknowledgment up to `ack`, which is not ahead of what was sent. `bare`: of a segment that brought nothing else. */
  acknowledge(ack: number, bare: boolean): void {
    const fresh = ahead(ack, this.una);
    if (fresh <= 0) {
      if (fresh === 0 && bare && this.una !== this.next) this.#duplicate();
      return;
    }
    this.#measure(ack);
    let bytes = fresh;
    if (this.opening) {
      if (this.#tries > 0) this.#rto.synWasLost();
      this.opening = false;
      bytes--;
    }
    this.buffer.drop(Math.min(bytes, this.buffer.length));
    this.una = ack;
    this.#tries = 0;
    this.#duplicates = 0;
    this.#rto.progress();
    const recovering = ahead(this.#recover, ack) > 0;
    if (!recovering) this.#recover = ack;
    if (this.una === this.next) this.#deadline = Number.POSITIVE_INFINITY;
    else {
      this.#arm();
      if (recovering) this.#resend();
    }
  }

  /** Sends what the window allows. True when anything went out. */
  transmit(): boolean {
    if (this.opening || this.finSent) return false;
    let sent = false;
    for (;;) {
      const from = this.#inFlight;
      const unsent = this.buffer.length - from;
      const length = Math.max(0, Math.min(unsent, this.mss, this.#window - from));
      const fin = this.finQueued && length === unsent;
      if (length === 0 && !fin) {
        if (unsent > 0 && from === 0) this.#arm(); // the window is closed: probe it (RFC 9293, 3.8.6.1)
        return sent;
      }
      this.#sendNext(from, length, fin);
      sent = true;
      if (fin) return true;
    }
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#deadline = Number.POSITIVE_INFINITY;
    this.buffer.clear();
  }

  /** Sends the first unacknowledged segment again. */
  repeat(): void {
    this.#resend();
  }

  #sendNext(from: number, length: number, fin: boolean): void {
    const last = from + length === this.buffer.length;
    const seq = this.next;
    this.next = plus(seq, length + (fin ? 1 : 0));
    this.finSent = fin;
    if (this.#timed === undefined) this.#time(this.next);
    this.#outlet.emit(seq, TCP.ACK | (last && length > 0 ? TCP.PSH : 0) | (fin ? TCP.FIN : 0), from, length);
    if (this.#deadline === Number.POSITIVE_INFINITY) this.#arm();
  }

  #resend(): void {
    this.#timed = undefined; // Karn: the answer could be to either (RFC 6298, 3)
    this.#counters.retransmissions++;
    if (this.opening) {
      this.#outlet.emit(this.una, TCP.SYN, 0, 0);
      return;
    }
    const length = Math.min(this.#inFlight, this.mss);
    const fin = this.finSent && length === this.#inFlight;
    const push = length > 0 && length === this.buffer.length;
    this.#outlet.emit(this.una, TCP.ACK | (push ? TCP.PSH : 0) | (fin ? TCP.FIN : 0), 0, length);
  }

  #duplicate(): void {
    this.#duplicates++;
    if (this.#duplicates !== DUPLICATES || ahead(this.#recover, this.una) > 0) return;
    this.#recover = this.next;
    this.#resend();
    this.#arm();
  }

  #time(end: number): void {
    this.#timed = end;
    this.#timedAt = this.#clock.now();
  }

  #measure(ack: number): void {
    if (this.#timed === undefined || ahead(ack, this.#timed) < 0) return;
    this.#rto.sample(this.#clock.now() - this.#timedAt);
    this.#timed = undefined;
  }

  /** One timer for many deadlines: when it is early it waits again, so that an acknowledgment costs no timer. */
  #arm(): void {
    this.#deadline = this.#clock.now() + this.#rto.ms;
    if (this.#timer !== undefined && this.#timerAt <= this.#deadline) return;
    this.#timer?.cancel();
    this.#wait();
  }

  #wait(): void {
    this.#timerAt = this.#deadline;
    this.#timer = this.#clock.at(this.#deadline, () => this.#expired());
  }

  #expired(): void {
    this.#timer = undefined;
    if (this.#deadline === Number.POSITIVE_INFINITY) return;
    if (this.#timerAt < this.#deadline) {
      this.#wait();
      return;
    }
    if (this.#tries >= this.#outlet.retries()) {
      this.#outlet.gaveUp();
      return;
    }
    this.#tries++;
    this.#rto.backOff();
    if (this.una === this.next) {
      if (this.buffer.length === 0) return;
      this.#sendNext(0, 1, false);
    } else {
      this.#recover = this.next;
      this.#duplicates = 0;
      this.#resend();
    }
    this.#arm();
  }
}
