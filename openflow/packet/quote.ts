import { DecodeError } from '../wire/errors.ts';
import { Reader } from '../wire/reader.ts';
import { isIcmpError } from './icmp.ts';
import { decodeIpv4, IP_PROTO } from './ipv4.ts';
import { decodeExtensions, decodeIpv6 } from './ipv6.ts';
import { fragmentOf, type Packet } from './packet.ts';

/** The packet an ICMP error is about, as far as the error quotes it. */
export interface Quote {
  readonly src: string;
  readonly dst: string;
  readonly proto: number;
  /** TCP and UDP. */
  readonly srcPort?: number;
  readonly dstPort?: number;
}

/** What an ICMP or ICMPv6 error is about (RFC 792; RFC 4443, 3); undefined for other packets and for a broken quote. */
export function quoteOf({ icmp, icmpv6, payload }: Packet): Quote | undefined {
  try {
    if (icmp !== undefined && isIcmpError(icmp.type)) return quoteV4(new Reader(payload));
    return icmpv6 !== undefined && icmpv6.type < 128 ? quoteV6(new Reader(payload)) : undefined;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function quoteV4(r: Reader): Quote {
  const ipv4 = decodeIpv4(r);
  const { src, dst, proto } = ipv4;
  return { src, dst, proto, ...(ipv4.fragmentOffset === 0 && ports(r, proto)) };
}

function quoteV6(r: Reader): Quote {
  const ipv6 = decodeIpv6(r);
  const { src, dst } = ipv6;
  const { proto, extensions } = decodeExtensions(r, ipv6.proto);
  const later = (fragmentOf({ ipv6: { src, dst, extensions } })?.offset ?? 0) !== 0;
  return { src, dst, proto, ...(!later && ports(r, proto)) };
}

function ports(r: Reader, proto: number): Pick<Quote, 'srcPort' | 'dstPort'> {
  return proto === IP_PROTO.TCP || proto === IP_PROTO.UDP ? { srcPort: r.u16(), dstPort: r.u16() } : {};
}
