import { build } from './build.ts';
import type { TcpInput } from './tcp.ts';

/** One end of a TCP connection, as a neighbour on the link sees it. */
export interface TcpEnd {
  readonly mac: string;
  readonly ip: string;
  readonly port: number;
}

/** A TCP segment from one end to the other (RFC 9293, 3.1). */
export function tcpSegment(
  from: TcpEnd,
  to: TcpEnd,
  tcp: Omit<TcpInput, 'srcPort' | 'dstPort'>,
  payload?: Uint8Array,
): Uint8Array {
  return build({
    ethernet: { src: from.mac, dst: to.mac },
    ipv4: { src: from.ip, dst: to.ip },
    tcp: { srcPort: from.port, dstPort: to.port, ...tcp },
    ...(payload && { payload }),
  });
}
