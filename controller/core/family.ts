import { type ActionInput, type Match, OFPP } from '../../openflow/index.ts';
import { ARP_OP } from '../../openflow/packet/arp.ts';
import { ETH_TYPE } from '../../openflow/packet/ethernet.ts';
import { IP_PROTO } from '../../openflow/packet/ipv4.ts';
import { type Family, familyOf, type Ip } from './ip.ts';

/** What differs between IPv4 and IPv6 in the switch. */
export interface FamilyFacts {
  readonly ethType: number;
  /** Names of the match fields. */
  readonly src: 'ipv4Src' | 'ipv6Src';
  readonly dst: 'ipv4Dst' | 'ipv6Dst';
  /** Protocol number of its control messages. */
  readonly icmp: number;
  /** How an address is resolved to a MAC address. */
  readonly resolution: {
    /** Questions for an address. */
    readonly question: (ip: Ip) => Match;
    /** What a sender says of its own address. */
    readonly claim: (ip: Ip) => Match;
    /** Makes the answer of a question and sends it back; undefined where flows cannot (the controller does it then). */
    readonly answer: ((ip: Ip, mac: string) => ActionInput[]) | undefined;
  };
}

const MAC_BITS = 48;
const IPV4_BITS = 32;
const NEIGHBOR_SOLICITATION = 135; // RFC 4861, 4.3
const NEIGHBOR_ADVERTISEMENT = 136; // RFC 4861, 4.4

/** The one place that knows what differs between the families. */
export const FAMILIES: Readonly<Record<Family, FamilyFacts>> = {
  ipv4: {
    ethType: ETH_TYPE.IPV4,
    src: 'ipv4Src',
    dst: 'ipv4Dst',
    icmp: IP_PROTO.ICMP,
    resolution: {
      question: ip => ({ ethType: ETH_TYPE.ARP, arpOp: ARP_OP.REQUEST, arpTpa: ip }),
      claim: ip => ({ ethType: ETH_TYPE.ARP, arpSpa: ip }),
      answer: arpAnswer,
    },
  },
  ipv6: {
    ethType: ETH_TYPE.IPV6,
    src: 'ipv6Src',
    dst: 'ipv6Dst',
    icmp: IP_PROTO.ICMPV6,
    resolution: {
      question: ip => icmpv6(NEIGHBOR_SOLICITATION, ip),
      claim: ip => icmpv6(NEIGHBOR_ADVERTISEMENT, ip),
      answer: undefined,
    },
  },
};

export function factsOf(ip: Ip): FamilyFacts {
  return FAMILIES[familyOf(ip)];
}

function icmpv6(icmpv6Type: number, ipv6NdTarget: Ip): Match {
  return { ethType: ETH_TYPE.IPV6, ipProto: IP_PROTO.ICMPV6, icmpv6Type, ipv6NdTarget };
}

/** The switch itself turns a request for a VIP into the answer, so that clients keep their way when the controller is away. */
function arpAnswer(vip: Ip, mac: string): ActionInput[] {
  return [
    { type: 'regMove', nBits: MAC_BITS, src: 'ethSrc', dst: 'ethDst' },
    { type: 'setField', field: { ethSrc: mac } },
    { type: 'setField', field: { arpOp: ARP_OP.REPLY } },
    { type: 'regMove', nBits: MAC_BITS, src: 'arpSha', dst: 'arpTha' },
    { type: 'regMove', nBits: IPV4_BITS, src: 'arpSpa', dst: 'arpTpa' },
    { type: 'setField', field: { arpSha: mac } },
    { type: 'setField', field: { arpSpa: vip } },
    { type: 'output', port: OFPP.IN_PORT },
  ];
}
