import { mac } from '../wire/addresses.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { encodeVlan, type VlanInput, type VlanTag } from './vlan.ts';

/** EtherTypes (IEEE 802 registry). */
export const ETH_TYPE = { IPV4: 0x0800, ARP: 0x0806, VLAN: 0x8100, IPV6: 0x86dd, QINQ: 0x88a8, LLDP: 0x88cc } as const;

/** Below this the field is a length and an LLC header follows (IEEE 802.3, 3.2.6). */
export const FIRST_ETH_TYPE = 0x0600;

export interface Ethernet {
  readonly dst: string;
  readonly src: string;
  /** The type behind the tags; below 0x600 it is the length of an 802.3 frame. */
  readonly type: number;
  /** 802.1Q and 802.1ad tags, outermost first; absent in an untagged frame. */
  readonly vlan?: readonly VlanTag[];
}

/** `type` may be left out when the packet has a layer that implies it. */
export interface EthernetInput {
  readonly dst: string;
  readonly src: string;
  readonly type?: number;
  readonly vlan?: readonly VlanInput[];
}

/** The addresses and the first type field; tags are read by their own layer. */
export function decodeEthernet(r: Reader): Ethernet {
  r.advance(14);
  r.pos -= 14;
  return { dst: mac.read(r), src: mac.read(r), type: r.u16() };
}

export function encodeEthernet(w: Writer, ethernet: EthernetInput, type: number): void {
  mac.write(w, ethernet.dst);
  mac.write(w, ethernet.src);
  for (const tag of ethernet.vlan ?? []) encodeVlan(w, tag);
  w.u16(type);
}
