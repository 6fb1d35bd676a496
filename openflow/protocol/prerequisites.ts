/** What fields need beside them in a match (7.2.3.6): `field: values`, of which one has to be there. */
export const IP = { ethType: [0x0800, 0x86dd] } as const;
export const IPV4 = { ethType: [0x0800] } as const;
export const IPV6 = { ethType: [0x86dd] } as const;
export const ARP = { ethType: [0x0806] } as const;
export const MPLS = { ethType: [0x8847, 0x8848] } as const;
export const PBB = { ethType: [0x88e7] } as const;
export const TCP = { ...IP, ipProto: [6] } as const;
export const UDP = { ...IP, ipProto: [17] } as const;
export const SCTP = { ...IP, ipProto: [132] } as const;
export const ICMPV4 = { ...IPV4, ipProto: [1] } as const;
export const ICMPV6 = { ...IPV6, ipProto: [58] } as const;
export const ND = { ...ICMPV6, icmpv6Type: [135, 136] } as const;
export const ND_SLL = { ...ICMPV6, icmpv6Type: [135] } as const;
export const ND_TLL = { ...ICMPV6, icmpv6Type: [136] } as const;
