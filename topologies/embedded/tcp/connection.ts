import { TCP } from '../../../openflow/packet/tcp.ts';
import type { Timer } from '../event-queue.ts';
import type { Path } from '../host/path.ts';
import { verdictOn, verdictOnOpening } from './arrival.ts';
import { Receiver } from './receiver.ts';
import { lengthOf, type Segment } from './segment.ts';
import { SegmentWriter } from './segment-writer.ts';
import { Sender, type SenderOutlet } from './sender.ts';
import { ahead, plus } from './sequence.ts';
import type { CloseReason, TcpHandlers, TcpState, TcpStream } from './stream.ts';
import type { TcpEnds, TcpSurroundings } from './surroundings.ts';

const NOBODY: TcpHandlers = Object.freeze({});

/** One TCP connection of a host (RFC 9293). */
export class TcpConnection implements TcpStream, SenderOutlet {
  readonly path: Path;
  readonly localPort: number;
  readonly remotePort: number;
  state: TcpState;
  handlers: TcpHandlers;
  readonly #around: TcpSurroundings<TcpConnection>;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #writer: SegmentWriter;
  readonly #passive: boolean;
  /** Above 0 while a segment or the application is being heard: what is to be sent is sent at the end, in one. */
  #busy = 0;
  #owesAck = false;
  #paused: boolean;
  /** No application holds it any more. */
  #orphan = false;
  #ended = false;
  #told = false;
  #lastTimer: Timer | undefined;

  /** Without `syn` it is opened actively. */
  constructor(around: TcpSurroundings<TcpConnection>, ends: TcpEnds, handlers: TcpHandlers, syn?: Segment) {
    this.#around = around;
    this.path = ends.path;
    this.localPort = ends.localPort;
    this.remotePort = ends.remotePort;
    this.handlers = handlers;
    this.#passive = syn !== undefined;
    this.#paused = this.#passive;
    this.state = this.#passive ? 'SYN-RECEIVED' : 'SYN-SENT';
    this.#receiver = new Receiver(around.options.windowBytes, around.counters);
    this.#writer = new SegmentWriter(ends, around.options, around.counters, this.#receiver);
    this.#sender = new Sender(ends.iss, around.clock, around.options, around.counters, this);
    if (syn !== undefined) this.#synchronize(syn);
    this.#sender.open();
  }

  get remoteIp(): string {
    return this.path.remoteIp;
  }

  /** Bytes that were written and are not acknowledged. */
  get unacknowledged(): number {
    return this.#sender.buffer.length;
  }

  /** Sends bytes, which must not change any more. False when this side has ended or the connection is over. */
  write(bytes: Uint8Array): boolean {
    if (this.#sender.finQueued || this.#told) return false;
    this.#sender.buffer.push(bytes);
    this.#flush();
    return true;
  }

  /** Says that this side will send no more (FIN), after some last bytes; the other side may go on. */
  end(last?: Uint8Array): void {
    if (this.#sender.finQueued || this.#told) return;
    if (last !== undefined) this.#sender.buffer.push(last);
    this.#sender.finQueued = true;
    this.#flush();
  }

  /** The application lets go: FIN; a reset where something it has not read is, or comes, in (RFC 2525, 2.17). Nothing more is told. */
  close(): void {
    if (this.#told) return;
    this.handlers = NOBODY;
    this.#orphan = true;
    if (this.state === 'SYN-SENT') {
      this.#finish('aborted');
      return;
    }
    if (this.#receiver.readyBytes > 0) {
      this.abort();
      return;
    }
    if (this.state === 'FIN-WAIT-2') this.#waitForFin();
    this.end();
  }

  /** Ends it at once, with a reset (RFC 9293, 3.10.5). */
  abort(): void {
    if (this.state === 'CLOSED') return;
    if (this.state !== 'SYN-SENT' && this.state !== 'TIME-WAIT') this.#writer.reset(this.#sender.next);
    this.#finish('aborted');
  }

  /** The application does not take data for a while; the window closes when it is full. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused || this.state === 'CLOSED') return;
    const closed = this.#receiver.window < this.#around.options.mss;
    this.#paused = false;
    this.#busy++;
    this.#deliver();
    this.#busy--;
    if (closed) this.#owesAck = true;
    this.#flush();
  }

  /** Everything ends without a frame: the host crashed, or there is no way. */
  drop(why: 'crashed' | 'unreachable'): void {
    this.#finish(why);
  }

  /** True when a SYN may open a new connection in this one's place (RFC 9293, 3.10.7.4; RFC 1122, 4.2.2.13). */
  yieldsTo({ flags, seq }: Segment): boolean {
    const opens = (flags & (TCP.SYN | TCP.ACK | TCP.RST)) === TCP.SYN;
    return this.state === 'TIME-WAIT' && opens && ahead(seq, this.#receiver.next) >= 0;
  }

  /** Makes room for another connection of the same addresses and ports. */
  yield(): void {
    this.#finish('closed');
  }

  /** A segment for this connection arrived. */
  receive(segment: Segment): void {
    this.#busy++;
    this.#arrives(segment);
    this.#busy--;
    this.#flush();
  }

  #arrives(segment: Segment): void {
    const { state } = this;
    const opens = state === 'SYN-SENT';
    const verdict = opens
      ? verdictOnOpening(segment, this.#sender)
      : verdictOn(segment, state, this.#passive, this.#receiver, this.#sender);
    switch (verdict) {
      case 'take':
        if (opens) this.#opening(segment);
        else this.#take(segment);
        return;
      case 'challenge':
        this.#owesAck = true;
        return;
      case 'bad-ack':
        this.#writer.reset(segment.ack);
        return;
      case 'outside':
        this.#unacceptable(segment);
        return;
      case 'reset':
      case 'refused':
        this.#around.counters.resetsIn++;
        this.#finish(verdict);
    }
  }

  /** The other side's SYN, with or without an acknowledgment of ours. */
  #opening(segment: Segment): void {
    this.#synchronize(segment);
    if ((segment.flags & TCP.ACK) !== 0) {
      this.#sender.acknowledge(segment.ack, false);
      this.#owesAck = true;
      this.#establish();
      return;
    }
    this.state = 'SYN-RECEIVED'; // simultaneous open (3.5, figure 7)
    this.#sender.repeat();
  }

  #take(segment: Segment): void {
    const opens = this.state === 'SYN-RECEIVED';
    this.#acknowledged(segment);
    if (opens) this.#establish();
    if (this.state === 'CLOSED' || this.state === 'TIME-WAIT') return;
    this.#text(segment);
  }

  #unacceptable(segment: Segment): void {
    const { flags, seq } = segment;
    if ((flags & TCP.RST) !== 0) return;
    if (lengthOf(segment) > 0) this.#around.counters.duplicates++;
    const opensAgain = (flags & (TCP.SYN | TCP.ACK)) === TCP.SYN && plus(seq, 1) === this.#receiver.next;
    if (this.state === 'SYN-RECEIVED' && opensAgain) {
      this.#sender.repeat();
      return;
    }
    // RFC 9293 restarts the wait for a FIN alone; data may be what is sent again when our last acknowledgment was lost.
    if (this.state === 'TIME-WAIT' && lengthOf(segment) > 0) this.#waitTime();
    this.#owesAck = true;
  }

  #acknowledged(segment: Segment): void {
    const { seq, ack, window, flags } = segment;
    const bare = segment.data.length === 0 && (flags & TCP.FIN) === 0;
    this.#sender.acknowledge(ack, bare);
    this.#sender.setWindow(seq, ack, window);
    if (!this.#sender.finAcked) return;
    if (this.state === 'FIN-WAIT-1') {
      this.state = 'FIN-WAIT-2';
      if (this.#orphan) this.#waitForFin();
    } else if (this.state === 'CLOSING') this.#enterTimeWait();
    else if (this.state === 'LAST-ACK') this.#finish('closed');
  }

  #text(segment: Segment): void {
    if (this.#orphan && segment.data.length > 0 && ahead(plus(segment.seq, segment.data.length), this.#receiver.next) > 0) {
      this.#writer.reset(this.#sender.next); // nobody is there to read it (RFC 9293, 3.6.1)
      this.#finish('aborted');
      return;
    }
    if (this.#receiver.take(segment)) this.#owesAck = true;
    if (this.#receiver.finished) {
      if (this.state === 'ESTABLISHED') this.state = 'CLOSE-WAIT';
      else if (this.state === 'FIN-WAIT-1') this.state = 'CLOSING';
      else if (this.state === 'FIN-WAIT-2') this.#enterTimeWait();
    }
    this.#deliver();
  }

  #deliver(): void {
    for (let data = this.#read(); data !== undefined; data = this.#read()) this.handlers.data?.(data, this);
    if (this.#ended || this.#paused || !this.#receiver.finished || this.state === 'CLOSED') return;
    this.#ended = true;
    this.handlers.end?.(this);
    if (this.state === 'TIME-WAIT') this.#tell('closed');
  }

  #read(): Uint8Array | undefined {
    return this.#paused || this.state === 'CLOSED' ? undefined : this.#receiver.read();
  }

  #synchronize({ seq, window, mss = 536 }: Segment): void {
    this.#receiver.next = plus(seq, 1);
    this.#writer.synchronized = true;
    this.#sender.mss = Math.min(mss, this.#around.options.mss);
    this.#sender.setWindow(seq, 0, window);
  }

  #establish(): void {
    this.state = 'ESTABLISHED';
    if (this.#passive) this.#around.accepted(this);
    else this.handlers.connected?.(this);
  }

  /** Sends what there is to send, once the one who is speaking has finished. */
  #flush(): void {
    if (this.#busy > 0 || this.state === 'CLOSED') return;
    let sent = false;
    if (this.state !== 'SYN-SENT' && this.state !== 'SYN-RECEIVED') {
      sent = this.#sender.transmit();
      if (this.#sender.finSent) {
        if (this.state === 'ESTABLISHED') this.state = 'FIN-WAIT-1';
        else if (this.state === 'CLOSE-WAIT') this.state = 'LAST-ACK';
      }
    }
    if (this.#owesAck && !sent) this.emit(this.#sender.next, TCP.ACK, 0, 0);
    this.#owesAck = false;
  }

  /** For the sender. */
  emit(seq: number, flags: number, from: number, length: number): void {
    if (length === 0) this.#writer.send(seq, flags);
    else this.#writer.send(seq, flags, length, (frame, at) => this.#sender.buffer.copy(from, length, frame, at));
  }

  /** For the sender. */
  retries(): number {
    const { synRetries, synAckRetries, dataRetries, orphanRetries } = this.#around.options;
    if (this.state === 'SYN-SENT') return synRetries;
    if (this.state === 'SYN-RECEIVED') return synAckRetries;
    return this.#orphan ? orphanRetries : dataRetries;
  }

  /** For the sender. */
  gaveUp(): void {
    this.#finish('timeout');
  }

  #waitForFin(): void {
    this.#lastTimer?.cancel();
    this.#lastTimer = this.#around.clock.after(this.#around.options.finWaitMs, () => this.#finish('timeout'));
  }

  #enterTimeWait(): void {
    this.state = 'TIME-WAIT';
    this.#sender.stop();
    this.#waitTime();
    if (this.#ended) this.#tell('closed');
  }

  #waitTime(): void {
    this.#lastTimer?.cancel();
    this.#lastTimer = this.#around.clock.after(this.#around.options.timeWaitMs, () => this.#finish('closed'));
  }

  #finish(why: CloseReason): void {
    if (this.state === 'CLOSED') return;
    this.state = 'CLOSED';
    this.#sender.stop();
    this.#receiver.clear();
    this.#lastTimer?.cancel();
    this.#around.release(this);
    this.#tell(why);
  }

  #tell(why: CloseReason): void {
    if (this.#told) return;
    this.#told = true;
    const { handlers } = this;
    this.handlers = NOBODY; // TIME-WAIT keeps no application alive
    handlers.closed?.(why, this);
  }
}
