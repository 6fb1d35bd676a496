import { ICMP, isIcmpError } from '../../openflow/packet/icmp.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import { quoteOf } from '../../openflow/packet/quote.ts';
import type { Random } from '../core/clock.ts';
import { entryOf } from '../core/entry-of.ts';
import type { Asked } from './server-check.ts';

/**
 * Source ports of probes, and identifiers of pings: above those that Linux takes by itself (32768 to 60999), so that they are
 * seen for what they are. Servers of one VIP that are probed at a time: as many as there are ports.
 */
export const PROBE_PORTS = { first: 61_000, last: 65_535 } as const;

const COUNT = PROBE_PORTS.last - PROBE_PORTS.first + 1;

/**
 * Which port of which VIP asks whom: so an answer finds its question. The ports of a VIP go round, so that each rests as long as
 * possible before it is used again.
 */
export class AskedPorts {
  readonly #asked = new Map<string, Map<number, Asked>>();
  readonly #next = new Map<string, number>();

  /** A port of the VIP that is free, or whose question is over; undefined when there is none. For `add`. */
  next(vip: string, random: Random): number | undefined {
    const first = entryOf(this.#next, vip, () => Math.floor(random() * COUNT));
    for (let tried = 0; tried < COUNT; tried++) {
      const i = (first + tried) % COUNT;
      if (this.#asked.get(vip)?.get(PROBE_PORTS.first + i)?.isOver === false) continue;
      this.#next.set(vip, (i + 1) % COUNT);
      return PROBE_PORTS.first + i;
    }
    return undefined;
  }

  add(asked: Asked): void {
    entryOf(this.#asked, asked.check.target.vip, () => new Map()).set(asked.port, asked);
  }

  release(asked: Asked): void {
    for (const ports of this.#asked.values()) if (ports.get(asked.port) === asked) ports.delete(asked.port);
  }

  /** The question that a packet would answer; where it comes from is another matter. */
  by(packet: Packet): Asked | undefined {
    const ports = packet.ipv4 && this.#asked.get(packet.ipv4.dst);
    const number = ports && numberOf(packet);
    const asked = number && ports.get(number.local);
    if (asked === undefined || asked.check.target.ip !== packet.ipv4!.src) return undefined;
    return number!.remote === undefined || number!.remote === asked.check.port ? asked : undefined;
  }
}

/**
 * The port of the VIP that a packet would answer, and the port of the server it comes from or is about: TCP, pings (by their
 * identifier), and ICMP errors (by what they quote). Undefined for all others.
 */
function numberOf(packet: Packet): { readonly local: number; readonly remote?: number } | undefined {
  const { tcp, icmp, ipv4 } = packet;
  if (tcp !== undefined) return { local: tcp.dstPort, remote: tcp.srcPort };
  if (icmp === undefined) return undefined;
  if (icmp.type === ICMP.ECHO_REPLY) return { local: icmp.id! };
  const quote = isIcmpError(icmp.type) ? quoteOf(packet) : undefined;
  if (quote?.srcPort === undefined || quote.src !== ipv4?.dst || quote.dst !== ipv4.src) return undefined;
  return { local: quote.srcPort, remote: quote.dstPort! };
}
