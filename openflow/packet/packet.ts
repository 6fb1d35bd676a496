import type { DecodeError } from '../wire/errors.ts';
import type { Arp } from './arp.ts';
import type { Ethernet, EthernetInput } from './ethernet.ts';
import type { Icmp } from './icmp.ts';
import type { Icmpv6 } from './icmpv6.ts';
import type { Ipv4, Ipv4Input } from './ipv4.ts';
import type { Ipv6, Ipv6Input } from './ipv6.ts';
import type { Lldp } from './lldp.ts';
import type { Tcp, TcpInput } from './tcp.ts';
import type { Udp } from './udp.ts';

/** The layers a dissector knows, outermost first. */
export type Layer = 'ethernet' | 'vlan' | 'arp' | 'lldp' | 'ipv4' | 'ipv6' | 'extensions' | 'icmp' | 'icmpv6' | 'tcp' | 'udp';

/** What was found in a frame. A layer is there when its header was whole and sane. */
export interface Packet {
  /** All zero, with `malformed` on layer `ethernet`, when the frame is shorter than a header. */
  readonly ethernet: Ethernet;
  readonly arp?: Arp;
  readonly lldp?: Lldp;
  readonly ipv4?: Ipv4;
  readonly ipv6?: Ipv6;
  readonly icmp?: Icmp;
  readonly icmpv6?: Icmpv6;
  readonly tcp?: Tcp;
  readonly udp?: Udp;
  /** What is behind the innermost layer found; when `malformed`, the bytes of the layer that is broken and all behind it. */
  readonly payload: Uint8Array;
  /** Bytes behind the end of the network layer: mostly the padding of a short frame. */
  readonly trailer?: Uint8Array;
  /** How many bytes the network layer announces that are not in the frame: a packet-in was cut at its `max_len`. */
  readonly truncated?: number;
  /** The layer whose bytes are broken; the layers outside it are right. */
  readonly malformed?: { readonly layer: Layer; readonly error: DecodeError };
}

/** What `build` makes a frame of. A `Packet` is one, too: its lengths are ignored and computed anew. */
export interface PacketInput {
  readonly ethernet: EthernetInput;
  readonly arp?: Arp;
  readonly lldp?: Omit<Lldp, 'tlvs'> & Partial<Lldp>;
  readonly ipv4?: Ipv4Input;
  readonly ipv6?: Ipv6Input;
  readonly icmp?: Icmp;
  readonly icmpv6?: Icmpv6;
  readonly tcp?: TcpInput;
  readonly udp?: Udp;
  readonly payload?: Uint8Array;
  readonly trailer?: Uint8Array;
}

/** The place of a fragment in its datagram: `offset` in units of 8 bytes, and whether another one follows. */
export interface FragmentPlace {
  readonly offset: number;
  readonly more: boolean;
}

/** Where the fragment belongs; undefined when the packet is a whole datagram. */
export function fragmentOf({ ipv4, ipv6 }: Pick<PacketInput, 'ipv4' | 'ipv6'>): FragmentPlace | undefined {
  if (ipv4 !== undefined) {
    const { fragmentOffset: offset = 0, flags = 0 } = ipv4;
    const more = (flags & 1) === 1;
    return offset !== 0 || more ? { offset, more } : undefined;
  }
  for (const extension of ipv6?.extensions ?? []) {
    if ('offset' in extension && (extension.offset !== 0 || extension.more))
      return { offset: extension.offset, more: extension.more };
  }
  return undefined;
}
