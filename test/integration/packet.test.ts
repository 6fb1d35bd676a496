import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { build } from '../../openflow/packet/build.ts';
import { dissect } from '../../openflow/packet/dissect.ts';
import { fragmentOf, type Packet } from '../../openflow/packet/packet.ts';
import { rewrite } from '../../openflow/packet/rewrite.ts';
import { verifyChecksums } from '../../openflow/packet/verification.ts';
import { TPID } from '../../openflow/packet/vlan.ts';
import { ipPacket, packet } from '../openflow/packet/arbitrary.ts';
import { bytesOf } from '../openflow/packet/hex.ts';
import { vectors } from '../openflow/packet/vectors.ts';

const directory = mkdtempSync(join(tmpdir(), 'vipflow-packet-'));
afterAll(() => rmSync(directory, { recursive: true }));

const FIELDS = [
  'eth.src',
  'ip.src',
  'ip.dst',
  'ip.checksum.status',
  'ipv6.src',
  'ipv6.dst',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.seq_raw',
  'tcp.checksum.status',
  'udp.srcport',
  'udp.dstport',
  'udp.checksum.status',
  'icmp.checksum.status',
  'icmpv6.checksum.status',
  'arp.src.proto_ipv4',
  'arp.dst.proto_ipv4',
  'vlan.id',
  'lldp.time_to_live',
] as const;
type Field = (typeof FIELDS)[number];

const WRONG = '0';
const VALID = '1';

/** A capture file (draft-ietf-opsawg-pcap): link type 1, one packet a second. */
function pcapOf(frames: readonly Uint8Array[]): Buffer {
  const head = Buffer.from('a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001'.replaceAll(' ', ''), 'hex');
  const records = frames.map((frame, second) => {
    const record = Buffer.alloc(16);
    record.writeUInt32BE(second, 0);
    record.writeUInt32BE(frame.length, 8);
    record.writeUInt32BE(frame.length, 12);
    return [record, frame];
  });
  return Buffer.concat([head, ...records.flat()]);
}

function captureOf(frames: readonly Uint8Array[]): string {
  const file = join(directory, 'frames.pcap');
  writeFileSync(file, pcapOf(frames));
  return file;
}

/** What Wireshark reads in each frame: the first occurrence of each field, '' where there is none. */
function judged(frames: readonly Uint8Array[]): Record<Field, string>[] {
  const file = captureOf(frames);
  const checks = ['ip.check_checksum', 'tcp.check_checksum', 'udp.check_checksum'].flatMap(name => ['-o', `${name}:TRUE`]);
  const off = ['-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE', '-o', 'tcp.desegment_tcp_streams:FALSE'];
  const shape = ['-T', 'fields', '-E', 'occurrence=f', ...FIELDS.flatMap(field => ['-e', field])];
  const text = execFileSync('tshark', ['-n', '-r', file, ...checks, ...off, ...shape], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = text.split('\n').slice(0, frames.length);
  return lines.map(line => {
    const values = line.split('\t');
    return Object.fromEntries(FIELDS.map((field, i) => [field, values[i] ?? ''])) as Record<Field, string>;
  });
}

/** The same fields as we read them. */
function ours(found: Packet): Partial<Record<Field, string>> {
  const { ethernet, arp, ipv4, ipv6, tcp, udp, lldp } = found;
  const [tag, ...more] = ethernet.vlan ?? [];
  // Wireshark has other fields for service tags.
  const plain = tag?.tpid === TPID.CUSTOMER && more.every(({ tpid }) => tpid === TPID.CUSTOMER);
  return {
    'eth.src': ethernet.src,
    ...(plain && { 'vlan.id': String(tag.vid) }),
    ...(ipv4 && { 'ip.src': ipv4.src, 'ip.dst': ipv4.dst, 'ip.checksum.status': VALID }),
    ...(ipv6 && { 'ipv6.src': ipv6.src, 'ipv6.dst': ipv6.dst }),
    ...(tcp && { 'tcp.srcport': String(tcp.srcPort), 'tcp.dstport': String(tcp.dstPort), 'tcp.seq_raw': String(tcp.seq) }),
    ...(udp && { 'udp.srcport': String(udp.srcPort), 'udp.dstport': String(udp.dstPort) }),
    ...(arp && { 'arp.src.proto_ipv4': arp.spa, 'arp.dst.proto_ipv4': arp.tpa }),
    ...(lldp && { 'lldp.time_to_live': String(lldp.ttl) }),
  };
}

/** Whether Wireshark judged the transport checksum of this packet. */
const STATUS = {
  tcp: 'tcp.checksum.status',
  udp: 'udp.checksum.status',
  icmp: 'icmp.checksum.status',
  icmpv6: 'icmpv6.checksum.status',
} as const;

function statusOf(found: Packet, row: Record<Field, string>): string {
  const layer = (['tcp', 'udp', 'icmp', 'icmpv6'] as const).find(name => found[name] !== undefined);
  return layer === undefined ? '' : row[STATUS[layer]];
}

function expectAgreement(frames: readonly Uint8Array[]): number {
  const rows = judged(frames);
  let valid = 0;
  for (const [i, frame] of frames.entries()) {
    const found = dissect(frame);
    const row = rows[i]!;
    const { transport } = verifyChecksums(frame);
    const status = fragmentOf(found) === undefined ? statusOf(found, row) : '';
    const context = `frame ${i}: ${Buffer.from(frame).toString('hex')}`;
    expect(row, context).toMatchObject(ours(found));
    if (transport === true) expect(['', VALID, '2', '3'], context).toContain(status);
    if (transport === false) expect(status, context).toBe(WRONG);
    if (status === VALID) valid++;
  }
  return valid;
}

test('Wireshark reads the vectors as we do and finds their checksums right', () => {
  expect(expectAgreement(vectors.map(([, , hex]) => bytesOf(hex)))).toBeGreaterThanOrEqual(5);
});

test('Wireshark reads packets of every kind as we do and finds their checksums right', () => {
  const frames = fc.sample(packet, { numRuns: 1500, seed: 1 }).map(build);
  expect(expectAgreement(frames)).toBeGreaterThan(400);
});

test('Wireshark finds the checksums of rewritten packets right', () => {
  const inputs = fc.sample(ipPacket, { numRuns: 1000, seed: 2 });
  const frames = inputs.map((input, i) => {
    const ports = { l4Src: (i * 7919) & 0xffff, l4Dst: 8000, ethDst: '02:00:00:00:00:09' };
    const addresses =
      input.ipv4 === undefined
        ? { ipSrc: '2001:db8::99', ipDst: 'fd00::1' }
        : { ipSrc: '10.0.0.99', ipDst: `10.0.${i & 0xff}.1` };
    return rewrite(build(input), { ...ports, ...addresses });
  });
  expect(expectAgreement(frames)).toBeGreaterThan(300);
});

test('Wireshark finds the checksums wrong that we find wrong', () => {
  const tcp = { srcPort: 1, dstPort: 2, flags: 2, checksum: 0x1234 };
  const frames = fc.sample(ipPacket, { numRuns: 200, seed: 3 }).map(({ ethernet, ipv4 }) => {
    const ip = { ...(ipv4 ?? { src: '10.0.0.1', dst: '10.0.0.2' }), flags: 0 };
    return build({ ethernet, ipv4: ip, tcp });
  });
  expect(frames.map(frame => verifyChecksums(frame).transport)).not.toContain(true);
  expectAgreement(frames);
});

/** The match Open vSwitch extracts from each frame, as words. */
function extracted(frames: readonly Uint8Array[]): Set<string>[] {
  const text = execFileSync('ovs-ofctl', ['parse-pcap', captureOf(frames)], { encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map(line => new Set(line.split(',')));
}

function matchWords(found: Packet): string[] {
  const { ethernet, arp, ipv4, ipv6, tcp, udp, icmp, icmpv6 } = found;
  const ip = ipv4 ?? ipv6;
  const ports = tcp ?? udp;
  const message = icmp ?? icmpv6;
  const place = fragmentOf(found);
  return [
    `dl_src=${ethernet.src}`,
    `dl_dst=${ethernet.dst}`,
    ...(ethernet.vlan ?? []).map(({ vid }) => `dl_vlan=${vid}`),
    ...(arp ? [`arp_spa=${arp.spa}`, `arp_tpa=${arp.tpa}`, `arp_op=${arp.op}`, `arp_sha=${arp.sha}`] : []),
    ...(ipv4 ? [`nw_src=${ipv4.src}`, `nw_dst=${ipv4.dst}`, `nw_ttl=${ipv4.ttl}`] : []),
    ...(ipv6 ? [`ipv6_src=${ipv6.src}`, `ipv6_dst=${ipv6.dst}`, `nw_ttl=${ipv6.hopLimit}`] : []),
    ...(ip ? [`nw_tos=${ip.dscp * 4}`, `nw_ecn=${ip.ecn}`] : []),
    ...(ip ? [`nw_frag=${place === undefined ? 'no' : place.offset === 0 ? 'first' : 'later'}`] : []),
    ...(ports ? [`tp_src=${ports.srcPort}`, `tp_dst=${ports.dstPort}`] : []),
    ...(message ? [`icmp_type=${message.type}`, `icmp_code=${message.code}`] : []),
  ];
}

test('a packet has the fields here that it has in a match of Open vSwitch', () => {
  const plain = packet.filter(
    ({ ethernet: { vlan = [] } }) => vlan.length === 0 || (vlan.length === 1 && vlan[0]?.tpid !== TPID.OLD_QINQ),
  );
  const frames = fc.sample(plain, { numRuns: 1000, seed: 4 }).map(build);
  const matches = extracted(frames);
  expect(matches).toHaveLength(frames.length);
  for (const [i, frame] of frames.entries()) {
    const missing = matchWords(dissect(frame)).filter(word => !matches[i]?.has(word));
    expect(missing, `${[...(matches[i] ?? [])].join()} of ${Buffer.from(frame).toString('hex')}`).toEqual([]);
  }
});
