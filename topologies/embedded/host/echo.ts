import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { ICMP, ICMP_UNREACHABLE } from '../../../openflow/packet/icmp.ts';
import { icmpEchoReply, icmpUnreachable } from '../../../openflow/packet/icmp-message.ts';
import { ICMPV6, ICMPV6_UNREACHABLE } from '../../../openflow/packet/icmpv6.ts';
import { icmpv6EchoReply, icmpv6Unreachable } from '../../../openflow/packet/icmpv6-message.ts';
import { IP_PROTO } from '../../../openflow/packet/ipv4.ts';
import type { Packet } from '../../../openflow/packet/packet.ts';
import { quoteOf } from '../../../openflow/packet/quote.ts';
import { verifyChecksums } from '../../../openflow/packet/verification.ts';
import type { Scheduler } from '../clock.ts';
import type { Timer } from '../event-queue.ts';
import type { Path } from './path.ts';
import type { Udp } from './udp.ts';

const DEFAULT_TIMEOUT_MS = 1000;
const PAYLOAD = new TextEncoder().encode('vipflow embedded lab echo request');

/** The answer to a ping: how long it took, or undefined when none came. */
export type Pong = (ms: number | undefined) => void;

/** ICMP and ICMPv6 of a host (RFC 792, RFC 4443): echo, both ways, and errors about ports. */
export class Echo {
  /** Messages with a wrong checksum or a broken header: dropped. */
  bad = 0;
  readonly #clock: Scheduler;
  readonly #transmit: (frame: Uint8Array) => void;
  readonly #udp: Udp;
  readonly #asked = new Map<number, { readonly at: number; readonly timer: Timer; readonly done: Pong }>();
  #sequence = 0;

  constructor(clock: Scheduler, transmit: (frame: Uint8Array) => void, udp: Udp) {
    this.#clock = clock;
    this.#transmit = transmit;
    this.#udp = udp;
  }

  ping(path: Path, done: Pong, timeoutMs = DEFAULT_TIMEOUT_MS): void {
    const seq = this.#sequence;
    this.#sequence = (seq + 1) & 0xffff;
    const timer = this.#clock.after(timeoutMs, () => this.#answer(seq, false));
    this.#asked.set(seq, { at: this.#clock.now(), timer, done });
    path.send(echoRequest(path, seq));
  }

  receive(frame: Uint8Array): void {
    const packet = dissect(frame);
    if (packet.malformed !== undefined || verifyChecksums(frame).transport !== true) {
      this.bad++;
      return;
    }
    const { icmp, icmpv6 } = packet;
    const reply = icmpEchoReply(packet) ?? icmpv6EchoReply(packet);
    if (reply !== undefined) this.#transmit(reply);
    else if (icmp?.type === ICMP.ECHO_REPLY || icmpv6?.type === ICMPV6.ECHO_REPLY)
      this.#answer((icmp ?? icmpv6)?.seq ?? -1, true);
    else this.#error(packet);
  }

  /** Tells the sender of a datagram that nobody listens on its port. */
  refuse(frame: Uint8Array): void {
    const packet = dissect(frame);
    const error = icmpUnreachable(packet, ICMP_UNREACHABLE.PORT) ?? icmpv6Unreachable(packet, ICMPV6_UNREACHABLE.PORT);
    if (error !== undefined) this.#transmit(error);
  }

  crash(): void {
    for (const { timer } of this.#asked.values()) timer.cancel();
    this.#asked.clear();
  }

  #answer(seq: number, came: boolean): void {
    const asked = this.#asked.get(seq);
    if (asked === undefined) return;
    this.#asked.delete(seq);
    asked.timer.cancel();
    asked.done(came ? this.#clock.now() - asked.at : undefined);
  }

  #error(packet: Packet): void {
    const code = packet.icmp?.type === ICMP.UNREACHABLE ? ICMP_UNREACHABLE.PORT : ICMPV6_UNREACHABLE.PORT;
    const quote = quoteOf(packet);
    if ((packet.icmp ?? packet.icmpv6)?.code !== code || quote?.proto !== IP_PROTO.UDP) return;
    if (quote.srcPort !== undefined && quote.dstPort !== undefined) this.#udp.refused(quote.srcPort, quote.dst, quote.dstPort);
  }
}

/** With its destination's MAC address left open, as a path sends it. */
function echoRequest(path: Path, seq: number): Uint8Array {
  const { localIp: src, remoteIp: dst } = path;
  const v6 = dst.includes(':');
  const message = { type: v6 ? ICMPV6.ECHO_REQUEST : ICMP.ECHO_REQUEST, code: 0, id: 1, seq };
  const blank = path.frame(v6 ? IP_PROTO.ICMPV6 : IP_PROTO.ICMP, 0);
  const { ethernet } = dissect(blank);
  const layers = v6 ? { ipv6: { src, dst }, icmpv6: message } : { ipv4: { src, dst }, icmp: message };
  return build({ ethernet: { dst: ethernet.dst, src: ethernet.src }, ...layers, payload: PAYLOAD });
}
