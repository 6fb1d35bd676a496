/** Ethernet types that the switch looks into. */
export const ETH_TYPE = { IPV4: 0x0800, ARP: 0x0806, RARP: 0x8035, IPV6: 0x86dd } as const;

/** Tag protocol identifiers of one VLAN tag. */
export const TPID = { CUSTOMER: 0x8100, SERVICE: 0x88a8 } as const;

/** Protocols of IP, extension headers of IPv6 among them. */
export const PROTO = {
  HOP_BY_HOP: 0,
  ICMP: 1,
  TCP: 6,
  UDP: 17,
  ROUTING: 43,
  FRAGMENT: 44,
  AUTH: 51,
  ICMPV6: 58,
  DESTINATION: 60,
  SCTP: 132,
} as const;

/** Types of ICMPv6 (RFC 4861, 4). */
export const ICMPV6 = { SOLICITATION: 135, ADVERTISEMENT: 136 } as const;
