import { TCP } from '../../../openflow/packet/tcp.ts';
import type { TcpCounters, TcpOptions } from './options.ts';
import type { Receiver } from './receiver.ts';
import { sendSegment } from './segment.ts';
import type { TcpEnds } from './surroundings.ts';

/** Puts what a connection sends into segments, with what its receiving half has to say. */
export class SegmentWriter {
  /** The other side's sequence number is known: every segment acknowledges. */
  synchronized = false;
  readonly #ends: TcpEnds;
  readonly #mss: number;
  readonly #counters: TcpCounters;
  readonly #receiver: Receiver;

  constructor(ends: TcpEnds, { mss }: TcpOptions, counters: TcpCounters, receiver: Receiver) {
    this.#ends = ends;
    this.#mss = mss;
    this.#counters = counters;
    this.#receiver = receiver;
  }

  /** Sends a segment with `length` bytes, which `fill` puts in. */
  send(seq: number, flags: number, length = 0, fill?: (frame: Uint8Array, at: number) => void): void {
    this.#counters.segmentsOut++;
    const { window } = this.#receiver;
    this.#write(seq, flags, window, (flags & TCP.SYN) !== 0 ? this.#mss : 0, length, fill);
  }

  reset(seq: number): void {
    this.#counters.resetsOut++;
    this.#write(seq, TCP.RST, 0, 0, 0);
  }

  #write(
    seq: number,
    flags: number,
    window: number,
    mss: number,
    length: number,
    fill?: (frame: Uint8Array, at: number) => void,
  ): void {
    const { path, localPort: srcPort, remotePort: dstPort } = this.#ends;
    const ack = this.synchronized ? this.#receiver.next : 0;
    const all = this.synchronized ? flags | TCP.ACK : flags;
    sendSegment(path, { srcPort, dstPort, seq, ack, flags: all, window, mss, length }, fill);
  }
}
