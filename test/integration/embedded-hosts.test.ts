import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dissect } from '../../openflow/packet/dissect.ts';
import { labs } from '../../topologies/catalogue.ts';
import { VirtualClock } from '../../topologies/embedded/clock.ts';
import { Clients } from '../../topologies/embedded/http/clients.ts';
import type { RequestRecord } from '../../topologies/embedded/http/visit.ts';
import { EmbeddedLab } from '../../topologies/embedded/lab.ts';
import type { FrameFate, LinkQuality } from '../../topologies/embedded/link.ts';
import { Random } from '../../topologies/embedded/random.ts';
import { LearningSwitch } from '../topologies/embedded/learning-switch.ts';

const directory = mkdtempSync(join(tmpdir(), 'vipflow-hosts-'));
afterAll(() => rmSync(directory, { recursive: true }));

interface Seen {
  readonly frame: Uint8Array;
  readonly atMs: number;
  /** Sent by the host the capture is made at. */
  readonly own: boolean;
  readonly fates: ReadonlySet<FrameFate>;
}

/** What a capture on the network card of h4 sees: what h4 sends, whatever becomes of it, and what arrives there. */
class Capture {
  readonly seen: Seen[] = [];
  readonly #fates = new Map<Uint8Array, Set<FrameFate>>();

  constructor(lab: EmbeddedLab, clock: VirtualClock) {
    lab.link('h4', 's1').observer = (frame, from, fate) => {
      const own = from.index === 0;
      const fates = this.#fates.get(frame) ?? new Set();
      this.#fates.set(frame, fates.add(fate));
      const here = own ? fate !== 'delivered' && fate !== 'duplicated' : fate === 'delivered';
      if (here) this.seen.push({ frame, atMs: clock.now(), own, fates });
    };
  }

  /** A capture file (draft-ietf-opsawg-pcap), link type 1. */
  get pcap(): Buffer {
    const head = Buffer.from('a1b2c3d400020004000000000000000000040000 00000001'.replaceAll(' ', ''), 'hex');
    const records = this.seen.map(({ frame, atMs }) => {
      const record = Buffer.alloc(16);
      const us = Math.round(atMs * 1000);
      record.writeUInt32BE(Math.floor(us / 1e6), 0);
      record.writeUInt32BE(us % 1e6, 4);
      record.writeUInt32BE(frame.length, 8);
      record.writeUInt32BE(frame.length, 12);
      return [record, frame];
    });
    return Buffer.concat([head, ...records.flat()]);
  }
}

const AGAIN = ['retransmission', 'fast_retransmission', 'spurious_retransmission', 'out_of_order'] as const;
const FIELDS = [
  ...AGAIN.map(name => `tcp.analysis.${name}`),
  'tcp.analysis.flags',
  'tcp.analysis.lost_segment',
  'ip.checksum.status',
  'tcp.checksum.status',
  'udp.checksum.status',
  'icmp.checksum.status',
  'icmpv6.checksum.status',
  '_ws.malformed',
  '_ws.expert.severity',
  'http.response.code',
  'tcp.flags.reset',
];
type Row = Readonly<Record<string, string>>;

const EXPERT_ERROR = String(0x800000);
const WRONG = '0';

/** What Wireshark says of each frame. */
function judged(capture: Capture): Row[] {
  const file = join(directory, 'frames.pcap');
  writeFileSync(file, capture.pcap);
  const checks = ['ip.check_checksum', 'tcp.check_checksum', 'udp.check_checksum'].flatMap(name => ['-o', `${name}:TRUE`]);
  const shape = ['-T', 'fields', '-E', 'occurrence=a', ...FIELDS.flatMap(field => ['-e', field])];
  const text = execFileSync('tshark', ['-n', '-r', file, '-d', 'tcp.port==8000,http', ...checks, ...shape], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  });
  const lines = text.split('\n').slice(0, -1);
  expect(lines.length).toBe(capture.seen.length);
  return lines.map(line => {
    const values = line.split('\t');
    return Object.fromEntries(FIELDS.map((field, i) => [field, values[i] ?? '']));
  });
}

/** Every host's frames are what they should be, whatever the links do to them. */
function expectSound(rows: readonly Row[]): void {
  const flaws = rows.filter(
    row =>
      row['_ws.malformed'] !== '' ||
      row['_ws.expert.severity']!.split(',').includes(EXPERT_ERROR) ||
      Object.entries(row).some(([field, value]) => field.endsWith('checksum.status') && value.split(',').includes(WRONG)),
  );
  expect(flaws).toEqual([]);
}

const saidAgain = (row: Row): boolean => AGAIN.some(name => row[`tcp.analysis.${name}`] !== '');

/** h4 asks the three servers for pages of 20 kB; the link of h4 is of the quality given, each direction for itself. */
function traffic(out: Partial<LinkQuality>, back: Partial<LinkQuality>, seed: string) {
  const clock = new VirtualClock(Date.UTC(2026, 10, 22));
  const random = new Random(seed);
  const link = { delayMs: 2, rate: 10_000_000 };
  const host = { neighbors: { lifeMs: 3_600_000 } };
  const lab = new EmbeddedLab(labs.single, { clock, random, link, host, makeSwitch: place => new LearningSwitch(place) });
  // Segments that wait for a lost ARP answer leave together: that is for another test.
  for (const { ip } of lab.spec.hosts) lab.host('h4').ping(ip, () => undefined);
  clock.runIdle();
  const [toSwitch, toHost] = lab.link('h4', 's1').ends;
  toSwitch.set(out);
  toHost.set(back);
  const capture = new Capture(lab, clock);
  const records: RequestRecord[] = [];
  for (const name of lab.servers.keys()) {
    const options = { ip: lab.host(name).ip, port: 8000, path: '/bytes?count=20000', timeoutMs: 60_000, count: 25 } as const;
    const arrivals = { kind: 'interval', everyMs: 100 } as const;
    new Clients([lab.host('h4')], random, { ...options, arrivals }, record => records.push(record)).start();
  }
  clock.runIdle();
  return { lab, capture, records, clock };
}

describe('Wireshark, on what the hosts of the embedded lab send', () => {
  it('finds nothing to say when the links are good', () => {
    const { capture, records } = traffic({}, {}, 'good');
    const rows = judged(capture);
    expectSound(rows);
    expect(rows.filter(row => row['tcp.analysis.flags'] !== '')).toEqual([]);
    expect(records.filter(({ error }) => error === undefined).length).toBe(75);
    expect(rows.filter(row => row['http.response.code'] === '200').length).toBe(75);
  });

  it('sees sent again what the link lost, and nothing else', () => {
    const { lab, capture, records } = traffic({ loss: 0.1 }, {}, 'loss');
    const rows = judged(capture);
    expectSound(rows);
    // Whatever h4 sends a second time is something whose first sending, or its acknowledgment, was lost on this link.
    const again = rows.filter((row, i) => saidAgain(row) && capture.seen[i]!.own);
    expect(lab.link('h4', 's1').ends[0].counters.lost).toBeGreaterThan(10);
    expect(again.length).toBeGreaterThan(5);
    expect(again.length).toBe(lab.host('h4').tcp.counters.retransmissions);
    const lostBefore = new Set<string>();
    for (const [i, { frame, own, fates }] of capture.seen.entries()) {
      const { tcp } = dissect(frame);
      if (!own || tcp === undefined) continue;
      const key = `${tcp.srcPort} ${tcp.seq} ${tcp.flags & 3}`;
      if (saidAgain(rows[i]!)) expect(lostBefore).toContain(key);
      if (fates.has('lost')) lostBefore.add(key);
    }
    expect(records.every(({ error, body }) => error === undefined && body.length === 20_000)).toBe(true);
  });

  it('sees a hole where the link lost a segment on its way here', () => {
    const { lab, capture, records } = traffic({}, { loss: 0.03 }, 'holes');
    const rows = judged(capture);
    expectSound(rows);
    const resent = [...lab.servers.keys()].reduce((sum, name) => sum + lab.host(name).tcp.counters.retransmissions, 0);
    const { lost } = lab.link('h4', 's1').ends[1].counters;
    expect(lost).toBeGreaterThan(10);
    expect(resent).toBeGreaterThanOrEqual(lost - lab.servers.size);
    const holes = rows.filter(row => row['tcp.analysis.lost_segment'] !== '');
    expect(holes.length).toBeGreaterThan(0);
    expect(holes.length).toBeLessThanOrEqual(lost);
    expect(records.every(({ error, body }) => error === undefined && body.length === 20_000)).toBe(true);
  });

  it('sees out of order exactly the segments that the link held back until others had passed', () => {
    const { lab, capture, records } = traffic({}, { reorder: 0.05, reorderMs: 5 }, 'order');
    const rows = judged(capture);
    expectSound(rows);
    const highest = new Map<string, number>();
    const [overtaken, flagged]: number[][] = [[], []];
    for (const [i, { frame, own, fates }] of capture.seen.entries()) {
      const { tcp, ipv4, payload } = dissect(frame);
      if (own || tcp === undefined || ipv4 === undefined) continue;
      const key = `${ipv4.src} ${tcp.dstPort}`;
      const end = tcp.seq + payload.length + (tcp.flags & 3 ? 1 : 0);
      if (fates.has('reordered') && end > tcp.seq && end < (highest.get(key) ?? 0)) overtaken!.push(i);
      highest.set(key, Math.max(end, highest.get(key) ?? 0));
      if (saidAgain(rows[i]!)) flagged!.push(i);
    }
    expect(overtaken!.length).toBeGreaterThan(10);
    expect(flagged).toEqual(overtaken);
    const resent = [...lab.servers.keys()].map(name => lab.host(name).tcp.counters.retransmissions);
    expect(resent).toEqual([0, 0, 0]);
    expect(records.every(({ error }) => error === undefined)).toBe(true);
  });

  it('accepts every kind of packet: resets, unreachable ports, pings and IPv6, doubled ones too', () => {
    const clock = new VirtualClock();
    const random = new Random('all kinds');
    const ipv6 = { h1: 'fd00::1', h4: 'fd00::4' };
    const link = { duplicate: 0.1, delayMs: 1 };
    const lab = new EmbeddedLab(labs.single, { clock, random, link, ipv6, makeSwitch: place => new LearningSwitch(place) });
    const capture = new Capture(lab, clock);
    lab.announce();
    const h4 = lab.host('h4');
    const socket = h4.udp.bind({ datagram: () => undefined })!;
    for (const ip of ['10.0.0.1', 'fd00::1']) {
      h4.ping(ip, () => undefined);
      for (const port of [9000, 9001]) socket.send(h4.path(ip), port, new Uint8Array(33).fill(65));
      const arrivals = { kind: 'interval', everyMs: 20 } as const;
      for (const port of [8000, 8001])
        new Clients([h4], random, { ip, port, arrivals, count: 20, path: '/client' }, () => undefined).start();
    }
    clock.at(clock.now() + 200, () => lab.server('h1').kill());
    clock.at(clock.now() + 250, () => lab.server('h1').recover());
    clock.runIdle();
    const rows = judged(capture);
    expectSound(rows);
    expect(rows.filter(row => row['tcp.flags.reset']!.split(',').includes('1')).length).toBeGreaterThan(40);
    for (const name of ['tcp', 'udp', 'icmp', 'icmpv6'])
      expect(rows.some(row => row[`${name}.checksum.status`]!.split(',').includes('1'))).toBe(true);
  });
});
