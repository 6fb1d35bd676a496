import { LLDP_MULTICAST } from '../../../openflow/packet/lldp.ts';
import type { PacketInput } from '../../../openflow/packet/packet.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';

const ETHERNET = { dst: '02:00:00:00:00:01', src: '02:00:00:00:00:02' };
const V4 = { src: '10.0.0.2', dst: '10.0.0.1' };
const V6 = { src: '2001:db8::2', dst: '2001:db8::1' };
const MACS = '020000000001 020000000002';
const text = (value: string) => new TextEncoder().encode(value);
const bytes = (...values: number[]) => Uint8Array.from(values);

/** Frames by hand; `tshark` confirms their checksums in the integration tests. */
export const vectors: readonly (readonly [title: string, value: PacketInput, hex: string])[] = [
  [
    'an ARP request',
    {
      ethernet: { ...ETHERNET, dst: 'ff:ff:ff:ff:ff:ff', type: 0x0806 },
      arp: { op: 1, sha: '02:00:00:00:00:02', spa: '10.0.0.2', tha: '00:00:00:00:00:00', tpa: '10.0.0.1' },
    },
    `ffffffffffff 020000000002 0806
     0001 0800 06 04 0001             # Ethernet, IPv4, address lengths, request
     020000000002 0a000002            # sender
     000000000000 0a000001            # target`,
  ],
  [
    'a SYN with its maximum segment size',
    {
      ethernet: { ...ETHERNET, type: 0x0800 },
      ipv4: { ...V4, proto: 6, ttl: 64, id: 0x1234, flags: 2, fragmentOffset: 0, dscp: 0, ecn: 0, totalLength: 44 },
      tcp: {
        srcPort: 40000,
        dstPort: 80,
        seq: 1000,
        ack: 0,
        flags: TCP.SYN,
        window: 0xffff,
        urgent: 0,
        options: bytes(2, 4, 0x05, 0xb4),
      },
    },
    `${MACS} 0800
     45 00 002c 1234 4000 40 06 1496  # 20 + 24 bytes, don't fragment, ttl 64, TCP, header checksum
     0a000002 0a000001
     9c40 0050 000003e8 00000000      # 40000 to 80, sequence number 1000
     6 0 02 ffff e3ab 0000            # 24 bytes of header, SYN, window, checksum
     02 04 05b4                       # MSS 1460`,
  ],
  [
    'UDP in two VLAN tags',
    {
      ethernet: {
        ...ETHERNET,
        type: 0x0800,
        vlan: [
          { tpid: 0x88a8, pcp: 0, dei: false, vid: 100 },
          { tpid: 0x8100, pcp: 5, dei: true, vid: 7 },
        ],
      },
      ipv4: { ...V4, proto: 17, ttl: 64 },
      udp: { srcPort: 53, dstPort: 4096 },
      payload: text('hi!'),
    },
    `${MACS}
     88a8 0064  8100 b007  0800       # service tag, customer tag: pcp 5, dei, vid 7
     45 00 001f 0000 0000 40 11 66cc 0a000002 0a000001
     0035 1000 000b 5237 686921       # length 8 + 3: an odd number of bytes`,
  ],
  [
    'UDP whose sender computed no checksum',
    { ethernet: ETHERNET, ipv4: V4, udp: { srcPort: 53, dstPort: 4096, checksum: 0 }, payload: text('hi!') },
    `${MACS} 0800 45 00 001f 0000 0000 40 11 66cc 0a000002 0a000001
     0035 1000 000b 0000 686921`,
  ],
  [
    'UDP whose checksum comes out as 0, which is written as all ones',
    { ethernet: ETHERNET, ipv4: V4, udp: { srcPort: 0xebdb, dstPort: 0 }, payload: bytes() },
    `${MACS} 0800 45 00 001c 0000 0000 40 11 66cf 0a000002 0a000001
     ebdb 0000 0008 ffff              # 0a00+0002+0a00+0001+0011+0008 + ebdb+0008 = ffff`,
  ],
  [
    'an echo request with IPv4 options',
    {
      ethernet: ETHERNET,
      ipv4: { ...V4, proto: 1, ttl: 1, options: bytes(0x94, 4, 0, 0) },
      icmp: { type: 8, code: 0, id: 1, seq: 2 },
      payload: text('ping'),
    },
    `${MACS} 0800
     46 00 0024 0000 0000 01 01 10d3 0a000002 0a000001
     94 04 0000                       # router alert (RFC 2113)
     08 00 192c 0001 0002 70696e67`,
  ],
  [
    'a later fragment, which has no transport header',
    {
      ethernet: ETHERNET,
      ipv4: { ...V4, proto: 17, ttl: 64, flags: 1, fragmentOffset: 185 },
      payload: text('the rest'),
    },
    `${MACS} 0800 45 00 001c 0000 20b9 40 11 4616 0a000002 0a000001 7468652072657374`,
  ],
  [
    'a neighbor solicitation',
    {
      ethernet: { ...ETHERNET, dst: '33:33:ff:00:00:01' },
      ipv6: { src: '2001:db8::2', dst: 'ff02::1:ff00:1', proto: 58, hopLimit: 255, payloadLength: 32, extensions: [] },
      icmpv6: { type: 135, code: 0, rest: 0, target: '2001:db8::1', options: [{ type: 1, mac: '02:00:00:00:00:02' }] },
    },
    `3333ff000001 020000000002 86dd
     60000000 0020 3a ff              # payload of 32 bytes, ICMPv6, hop limit 255
     20010db8000000000000000000000002 ff0200000000000000000001ff000001
     87 00 1c27 00000000 20010db8000000000000000000000001
     01 01 020000000002               # source link-layer address`,
  ],
  [
    'the first fragment of an IPv6 datagram behind hop-by-hop options',
    {
      ethernet: ETHERNET,
      ipv6: {
        ...V6,
        proto: 17,
        extensions: [
          { proto: 0, data: bytes(1, 4, 0, 0, 0, 0) },
          { proto: 44, offset: 0, more: true, id: 7 },
        ],
      },
      udp: { srcPort: 1, dstPort: 2, length: 100, checksum: 0xbeef },
      payload: new Uint8Array(8),
    },
    `${MACS} 86dd 60000000 0020 00 40
     20010db8000000000000000000000002 20010db8000000000000000000000001
     2c 00 010400000000               # hop-by-hop: padding
     11 00 0001 00000007              # fragment: offset 0, more to come
     0001 0002 0064 beef 0000000000000000`,
  ],
  [
    'LLDP with a TLV of an organization',
    {
      ethernet: { ...ETHERNET, dst: LLDP_MULTICAST },
      lldp: {
        chassis: { subtype: 4, value: bytes(2, 0, 0, 0, 0, 2) },
        port: { subtype: 7, value: text('1') },
        ttl: 120,
        tlvs: [{ type: 127, value: bytes(0x00, 0x26, 0xe1, 0x00, 0xab) }],
      },
    },
    `0180c200000e 020000000002 88cc
     0207 04 020000000002             # chassis: a MAC address
     0402 07 31                       # port: local name 1
     0602 0078
     fe05 0026e1 00 ab                # OUI, subtype, value
     0000`,
  ],
  [
    'an 802.3 frame with padding',
    {
      ethernet: { dst: '01:80:c2:00:00:00', src: '02:00:00:00:00:02', type: 3 },
      payload: bytes(0x42, 0x42, 3),
      trailer: bytes(0, 0),
    },
    '0180c2000000 020000000002 0003 424203 0000',
  ],
];
