import type { Packet } from '../../openflow/packet/packet.ts';
import { type Ip, ipOf } from './ip.ts';

export type Protocol = 'tcp' | 'udp';

/** The addresses and ports of a packet that has both. */
export interface Tuple {
  readonly protocol: Protocol;
  readonly src: Ip;
  readonly dst: Ip;
  readonly srcPort: number;
  readonly dstPort: number;
}

/** Undefined for what has no ports: other protocols, and fragments behind the first. */
export function tupleOf({ ipv4, ipv6, tcp, udp }: Packet): Tuple | undefined {
  const ip = ipv4 ?? ipv6;
  const ports = tcp ?? udp;
  if (ip === undefined || ports === undefined) return undefined;
  const protocol = tcp === undefined ? 'udp' : 'tcp';
  return { protocol, src: ipOf(ip.src), dst: ipOf(ip.dst), srcPort: ports.srcPort, dstPort: ports.dstPort };
}

declare const front: unique symbol;
declare const flow: unique symbol;

/** Names one end that is connected to: a VIP or a server, with protocol and port. */
export type EndKey = string & { readonly [front]: true };
/** Names one direction between two ends. Equal keys are the same connection; what they are made of is nobody's business. */
export type TupleKey = string & { readonly [flow]: true };

export function endKey(protocol: Protocol, ip: Ip, port: number): EndKey {
  return `${protocol} ${ip} ${port}` as EndKey;
}

/** What tells a client's connection to an end from all others. */
export function tupleKey(end: EndKey, client: Ip, port: number): TupleKey {
  return `${client} ${port} ${end}` as TupleKey;
}
