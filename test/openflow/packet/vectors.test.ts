import { expect, test } from 'vitest';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { bytesOf, hexOf } from './hex.ts';
import { vectors } from './vectors.ts';

test.each(vectors)('%s', (_, value, hex) => {
  const bytes = bytesOf(hex);
  expect(hexOf(build(value))).toBe(hexOf(bytes));
  const found = dissect(bytes);
  expect(found).toMatchObject(value);
  expect(found.malformed).toBeUndefined();
});

const ETH = '020000000001 020000000002';
const V4 = '45 00 0028 0000 0000 40 06 0000 0a000002 0a000001';
const V6 = '20010db8000000000000000000000002 20010db8000000000000000000000001';

const broken: [title: string, hex: string, layer: string, code: string][] = [
  ['no bytes at all', '', 'ethernet', 'TRUNCATED'],
  ['thirteen bytes', '020000000001 020000000002 08', 'ethernet', 'TRUNCATED'],
  ['a tag without an end', `${ETH} 8100 00`, 'vlan', 'TRUNCATED'],
  ['five tags', `${ETH} ${'8100 0001'.repeat(5)} 0800`, 'vlan', 'TOO_LARGE'],
  ['ARP for another network', `${ETH} 0806 0001 86dd 06 10 0001`, 'arp', 'BAD_VALUE'],
  ['ARP that ends in the target', `${ETH} 0806 0001 0800 06 04 0001 020000000002 0a000002 0000`, 'arp', 'TRUNCATED'],
  ['IPv4 of version 5', `${ETH} 0800 55`, 'ipv4', 'BAD_VALUE'],
  ['an IPv4 header of 16 bytes', `${ETH} 0800 44`, 'ipv4', 'BAD_LENGTH'],
  ['an IPv4 packet shorter than its header', `${ETH} 0800 45 00 0013`, 'ipv4', 'BAD_LENGTH'],
  ['IPv4 options that are not there', `${ETH} 0800 4f 00 0040 0000 0000 40 06 0000 0a000002 0a000001 01`, 'ipv4', 'TRUNCATED'],
  ['a TCP header of 16 bytes', `${ETH} 0800 ${V4} 0001 0002 00000000 00000000 4002 0000 0000 0000`, 'tcp', 'BAD_LENGTH'],
  ['TCP options behind the packet', `${ETH} 0800 ${V4} 0001 0002 00000000 00000000 f002 0000 0000 0000 ffff`, 'tcp', 'TRUNCATED'],
  ['a UDP length of 7', `${ETH} 0800 45 00 001c 0000 0000 40 11 0000 0a000002 0a000001 0001 0002 0007 0000`, 'udp', 'BAD_LENGTH'],
  [
    'a UDP length beyond the packet',
    `${ETH} 0800 45 00 001c 0000 0000 40 11 0000 0a000002 0a000001 0001 0002 0009 0000`,
    'udp',
    'BAD_LENGTH',
  ],
  ['half an ICMP header', `${ETH} 0800 45 00 0018 0000 0000 40 01 0000 0a000002 0a000001 0800 0000`, 'icmp', 'TRUNCATED'],
  ['IPv6 of version 4', `${ETH} 86dd 40000000 0000 3b 40 ${V6}`, 'ipv6', 'BAD_VALUE'],
  ['nine extension headers', `${ETH} 86dd 60000000 0048 3c 40 ${V6} ${'3c00 010400000000'.repeat(9)}`, 'extensions', 'TOO_LARGE'],
  ['an extension header behind the packet', `${ETH} 86dd 60000000 0008 3c 40 ${V6} 3b01 010400000000`, 'extensions', 'TRUNCATED'],
  [
    'a neighbor option of length 0',
    `${ETH} 86dd 60000000 0020 3a ff ${V6} 8700 0000 00000000 ${'00'.repeat(16)} 0100 000000000000`,
    'icmpv6',
    'BAD_LENGTH',
  ],
  ['LLDP that starts with a port', `${ETH} 88cc 0402 0731`, 'lldp', 'BAD_VALUE'],
  ['LLDP with an empty chassis', `${ETH} 88cc 0201 04`, 'lldp', 'BAD_LENGTH'],
  ['LLDP without an end', `${ETH} 88cc 0202 0431 0402 0731 0602 0078`, 'lldp', 'TRUNCATED'],
  ['LLDP of very many TLVs', `${ETH} 88cc 0202 0431 0402 0731 0602 0078 ${'1000'.repeat(129)}`, 'lldp', 'TOO_LARGE'],
];

test.each(broken)('%s is reported as malformed, and the layers outside stand', (_, hex, layer, code) => {
  const bytes = bytesOf(hex);
  const found = dissect(bytes);
  expect(found.malformed).toMatchObject({ layer, error: { name: 'DecodeError', code } });
  expect(found.malformed?.error.path).toBe(layer);
  if (bytes.length >= 14) expect(found.ethernet.src).toBe('02:00:00:00:00:02');
  const outside = { tcp: 'ipv4', udp: 'ipv4', icmp: 'ipv4', icmpv6: 'ipv6', extensions: 'ipv6' }[layer] as
    | 'ipv4'
    | 'ipv6'
    | undefined;
  if (outside !== undefined) expect(found[outside]?.src).toMatch(/^(10\.0\.0\.2|2001:db8::2)$/);
});

test('the payload of a malformed packet is the broken layer and all behind it', () => {
  expect(hexOf(dissect(bytesOf(`${ETH} 0800 55 aa bb`)).payload)).toBe('55 aa bb');
});

test('a packet that was cut says how much is missing, and its header is read', () => {
  const syn = bytesOf(vectors[1]![2]);
  expect(dissect(syn.slice(0, 56))).toMatchObject({ malformed: { layer: 'tcp' }, truncated: 2, ipv4: { dst: '10.0.0.1' } });
  const long = build({
    ethernet: { dst: '02:00:00:00:00:01', src: '02:00:00:00:00:02' },
    ...{ ipv4: { src: '10.0.0.2', dst: '10.0.0.1' } },
    tcp: { srcPort: 1, dstPort: 2, flags: 0x10 },
    payload: new Uint8Array(1000),
  });
  const cut = dissect(long.slice(0, 128));
  expect(cut).toMatchObject({ truncated: long.length - 128, tcp: { srcPort: 1 } });
  expect(cut.payload).toHaveLength(128 - 54);
});

test('the padding of a short frame is no payload', () => {
  const syn = bytesOf(vectors[1]![2]);
  const padded = new Uint8Array(60);
  padded.set(syn);
  expect(dissect(padded)).toMatchObject({ payload: new Uint8Array(0), trailer: new Uint8Array(2) });
});
