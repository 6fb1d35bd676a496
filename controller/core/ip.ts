import { ipv4Bytes } from '../../openflow/wire/addresses.ts';
import { ipv6Bytes, ipv6Text } from '../../openflow/wire/ipv6.ts';

declare const brand: unique symbol;

/** An IP address in its canonical text: dotted decimal, or RFC 5952. Equal addresses are equal strings. */
export type Ip = string & { readonly [brand]: 'Ip' };

export type Family = 'ipv4' | 'ipv6';

/** The address that a text names; undefined when it names none. */
export function parseIp(text: string): Ip | undefined {
  if (ipv4Bytes(text) !== undefined) return text as Ip;
  const bytes = ipv6Bytes(text);
  return bytes === undefined ? undefined : (ipv6Text(bytes, 0) as Ip);
}

/** An address that the codec wrote: it is canonical already. */
export function ipOf(decoded: string): Ip {
  return decoded as Ip;
}

export function familyOf(ip: Ip): Family {
  return ip.includes(':') ? 'ipv6' : 'ipv4';
}
