import type { Packet } from '../../openflow/packet/packet.ts';
import type { Switch } from '../core/switch.ts';

/** A packet for a VIP, as its switch sent it to us. */
export interface Arrival {
  readonly at: Switch;
  readonly inPort: number;
  readonly frame: Uint8Array;
  readonly packet: Packet;
}

/** The addresses and ports of a packet that has both. */
export interface Tuple {
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
}

/** Undefined for what has no ports: other protocols, and fragments behind the first. */
export function tupleOf({ ipv4, tcp, udp }: Packet): Tuple | undefined {
  const ports = tcp ?? udp;
  if (ipv4 === undefined || ports === undefined) return undefined;
  return { src: ipv4.src, dst: ipv4.dst, srcPort: ports.srcPort, dstPort: ports.dstPort };
}
