import { ICMP } from '../../openflow/packet/icmp.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import { mssOption, TCP } from '../../openflow/packet/tcp.ts';
import { tcpSegment } from '../../openflow/packet/tcp-message.ts';
import { type Ends, idle, type Step } from './probe.ts';

/** Room for tunnels on the way. */
const MSS = 1400;

/**
 * The opening of a TCP connection (RFC 9293, 3.5): its initial sequence number is the nonce that an answer has to acknowledge,
 * also one that refuses.
 */
export class Handshake {
  readonly syn: Uint8Array;
  /** The first sequence number behind the SYN. */
  readonly next: number;
  readonly #isn: number;
  readonly #ends: Ends;
  #wasChallenged = false;

  constructor(ends: Ends, isn: number, window: number) {
    this.#ends = ends;
    this.#isn = isn;
    this.next = (isn + 1) >>> 0;
    this.syn = tcpSegment(ends.local, ends.remote, { seq: isn, flags: TCP.SYN, window, options: mssOption(MSS) });
  }

  reset(seq: number): Uint8Array {
    return tcpSegment(this.#ends.local, this.#ends.remote, { seq, flags: TCP.RST, window: 0 });
  }

  /** What a packet means: a step, or, when the connection is open, the server's sequence number. */
  reply(packet: Packet): Step | { readonly seq: number } {
    const { port } = this.#ends.remote;
    const { tcp } = packet;
    if (tcp === undefined) return this.#isUnreachable(packet) ? refused(`port ${port} is unreachable`) : idle;
    const flags = tcp.flags & (TCP.SYN | TCP.ACK | TCP.RST);
    if ((flags & TCP.ACK) === 0) return idle;
    if (tcp.ack !== this.next) return flags === TCP.ACK ? this.#challenge(tcp.ack) : idle;
    if ((flags & TCP.RST) !== 0) return refused(`port ${port} refuses connections`);
    return (flags & TCP.SYN) !== 0 ? { seq: tcp.seq } : idle;
  }

  /** The server still has an old connection of these ports (RFC 9293, 3.5.1): end that one, once, and ask again. */
  #challenge(ack: number): Step {
    if (this.#wasChallenged) return idle;
    this.#wasChallenged = true;
    return { frames: [this.reset(ack), this.syn] };
  }

  /** An ICMP error that quotes our SYN as far as its sequence number (RFC 792: 64 bits behind the IP header). */
  #isUnreachable({ icmp, payload }: Packet): boolean {
    if (icmp?.type !== ICMP.UNREACHABLE) return false;
    const tcpAt = (payload[0]! & 0xf) * 4;
    if (payload.length < tcpAt + 8) return false;
    const view = new DataView(payload.buffer, payload.byteOffset + tcpAt);
    const { local, remote } = this.#ends;
    return view.getUint16(0) === local.port && view.getUint16(2) === remote.port && view.getUint32(4) === this.#isn;
  }
}

function refused(reason: string): Step {
  return { frames: [], outcome: { kind: 'refused', reason } };
}
