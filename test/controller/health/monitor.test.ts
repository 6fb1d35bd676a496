import { describe, expect, it } from 'vitest';
import { PROBE_PORTS } from '../../../controller/health/asked-ports.ts';
import { WORK_PER_TICK } from '../../../controller/health/monitor.ts';
import type { Target } from '../../../controller/health/target.ts';
import { ARP_OP } from '../../../openflow/packet/arp.ts';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import type { Packet } from '../../../openflow/packet/packet.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { answerTo, arpOf, closed, hostOf, isArp, isSyn, Network, open, serving, TICK_MS, VIP, VIP_MAC } from './network.ts';
import { up } from './up.ts';

const PAGE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const silent = () => [];

describe('what a server is asked', () => {
  it.each([
    ['tcp', undefined, isSyn],
    ['udp', undefined, ({ arp }: Packet) => arp?.op === ARP_OP.REQUEST],
    ['tcp', 'icmp', ({ icmp }: Packet) => icmp !== undefined],
    ['tcp', 'http', isSyn],
    ['udp', 'tcp', isSyn],
  ] as const)('depends on what its clients speak and on the type: %s, %s', (protocol, type, is) => {
    const net = new Network().watch({ type }, { protocol });
    net.hosts.set(1, hostOf(1, serving(PAGE)));
    net.pass(TICK_MS);
    net.sent.length = 0;
    net.pass(2000);
    expect(net.sent.some(({ packet }) => is(packet))).toBe(true);
    expect(net.changes()).toEqual(['s1 up']);
  });

  it('comes from a port that is kept for probes, another one each time, in the name of the VIP', () => {
    const net = up({ interval: '100ms' });
    net.pass(5000);
    const syns = net.sent.filter(({ packet }) => isSyn(packet)).map(({ packet }) => packet);
    expect(new Set(syns.map(({ tcp }) => tcp!.srcPort)).size).toBe(syns.length);
    expect(syns.length).toBeGreaterThan(40);
    for (const { tcp, ipv4, ethernet } of syns) {
      expect([ipv4!.src, ethernet.src]).toEqual([VIP, VIP_MAC]);
      expect(tcp!.srcPort).toBeGreaterThanOrEqual(PROBE_PORTS.first);
      expect(tcp!.dstPort).toBe(8000);
    }
  });

  it('goes to another port where one is configured', () => {
    const net = up({ port: 9999 });
    expect(net.sent.filter(({ packet }) => isSyn(packet)).map(({ packet }) => packet.tcp!.dstPort)).toEqual([9999]);
  });

  it('is a page with the configured path, status and text', () => {
    const net = up(
      { type: 'http', interval: '1s', fall: 1, http: { path: '/ready', status: 200, body: 'ok' } },
      hostOf(1, serving(PAGE)),
    );
    expect(net.sent.some(({ packet }) => new TextDecoder().decode(packet.payload).startsWith('GET /ready HTTP/1.1'))).toBe(true);
    net.hosts.set(1, hostOf(1, serving(PAGE.replace('ok', 'no'))));
    expect(net.pass(1100).reasons()).toEqual(['an HTTP probe failed: answers 200 without "ok"']);
  });

  it('gives response times of TCP and HTTP', () => {
    const net = up({ interval: '1s', timeout: '500ms' });
    net.hosts.clear();
    net.found.samples.length = 0;
    net.pass(1000);
    const asked = net.now;
    net.pass(150).hear(1, answerTo(net.sent.findLast(({ packet }) => isSyn(packet))!.packet, TCP.SYN | TCP.ACK));
    expect(net.found.samples).toEqual([{ id: 'web/s1', ms: net.now - asked }]);
  });
});

describe('the pace of probes', () => {
  const gaps = (net: Network, is: (packet: Packet) => boolean) =>
    net
      .times(is)
      .map((time, i, all) => time - (all[i - 1] ?? 0))
      .slice(1);

  it('is the interval while all is well', () => {
    const net = up({ interval: '2s' }).pass(10_000);
    expect(gaps(net, isSyn)).toEqual([2000, 2000, 2000, 2000, 2000]);
  });

  it('varies by the jitter', () => {
    const randoms = [0, 0.999, 0.5, 0, 0.25];
    let at = 0;
    const net = new Network(() => randoms[at++ % randoms.length]!).watch({ interval: '10s', jitter: 0.2 });
    net.hosts.set(1, hostOf(1, open));
    net.pass(600_000);
    const seen = gaps(net, isSyn);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(8000);
    expect(Math.max(...seen)).toBeLessThanOrEqual(12_000 + TICK_MS);
    expect(Math.max(...seen) - Math.min(...seen)).toBeGreaterThan(2000);
  });

  it('is faster while a server fails, and while it comes back, but not while it is down', () => {
    const net = up({ interval: '4s', fastInterval: '500ms', timeout: '100ms', rise: 3, fall: 3 });
    net.hosts.set(1, hostOf(1, silent));
    net.pass(5200);
    expect(net.changes()).toEqual(['s1 down']);
    const rounds = (times: number[]) => times.filter((time, i) => i === 0 || time - times[i - 1]! > 100);
    expect(rounds(net.times(isSyn))).toEqual([0, 4000, 4500, 5000]);
    net.sent.length = 0;
    net.pass(20_000);
    expect(rounds(net.times(isSyn))).toEqual([0, 4000, 8000, 12_000, 16_000]);
    net.hosts.set(1, hostOf(1, open));
    net.sent.length = 0;
    net.pass(10_000);
    expect(gaps(net, isSyn)).toEqual([500, 500, 4000]);
    expect(net.changes()).toEqual(['s1 up']);
  });

  it('is fast where a host is there whose program only begins', () => {
    const net = new Network().watch({ interval: '10s', fastInterval: '500ms' });
    net.hosts.set(1, hostOf(1, closed));
    net.pass(2050);
    net.hosts.set(1, hostOf(1, open));
    net.pass(500);
    expect(net.changes()).toEqual(['s1 up']);
  });

  it('has so many rounds in a tick, whatever is due', () => {
    const net = new Network().watch({ interval: '1s' });
    const [target] = net.targets;
    net.set(Array.from({ length: 3 * WORK_PER_TICK }, (_, i) => ({ ...target!, id: `web/s${i + 1}` })));
    net.pass(TICK_MS);
    expect(net.sent).toHaveLength(WORK_PER_TICK);
    net.pass(2 * TICK_MS);
    expect(net.sent).toHaveLength(3 * WORK_PER_TICK);
  });

  it('probes at once when something changed in the network, and when a client met a failure', () => {
    const net = up({ interval: '1m', fastInterval: '200ms' });
    net.hosts.set(1, hostOf(1, closed));
    net.pass(1000);
    net.take(net.monitor.onOutcome('web/s1', 'refused', net.now));
    expect(net.pass(TICK_MS).reasons()).toEqual(['port 8000 refuses connections']);
    net.hosts.set(1, hostOf(1, open));
    net.monitor.hurry();
    net.pass(TICK_MS);
    expect(net.pass(200).changes()).toEqual(['s1 up']);
  });
});

describe('a server that dies', () => {
  it('is out at once when its port refuses, after `fall` silent probes otherwise', () => {
    const refused = up({ interval: '1s', fall: 3 });
    refused.hosts.set(1, hostOf(1, closed));
    expect(refused.pass(1000).reasons()).toEqual(['port 8000 refuses connections']);
    const hung = up({ type: 'http', interval: '1s', timeout: '400ms', fall: 2 }, hostOf(1, serving(PAGE)));
    hung.hosts.set(1, hostOf(1, open));
    expect(hung.pass(1300).changes()).toEqual([]);
    expect(hung.pass(600).reasons()).toEqual(['2 HTTP probes in a row failed: accepts the connection and sends nothing']);
  });

  it('is told once when it was never up at all', () => {
    const net = new Network().watch({ interval: '1s' }, { count: 2 });
    net.hosts.set(1, hostOf(1, closed));
    net.pass(29_000);
    expect(net.found.notices).toEqual([]);
    net.pass(60_000);
    expect(net.found.notices.toSorted()).toEqual([
      'web/s1 has not been up yet: port 8000 refuses connections',
      'web/s2 has not been up yet: no answer to ARP',
    ]);
    expect(net.changes()).toEqual([]);
  });

  it('stays in use as one of the last, with a panic that is told once', () => {
    const net = new Network().watch({ interval: '500ms' }, { count: 2, panicThreshold: 1 });
    for (const host of [1, 2]) net.hosts.set(host, hostOf(host, open));
    net.pass(TICK_MS);
    for (const host of [1, 2]) net.hosts.set(host, hostOf(host, closed));
    net.pass(5000);
    expect(net.changes()).toEqual(['s1 up', 's2 up', 's1 down']);
    expect(net.found.panics).toMatchObject([{ group: 'web', on: true }]);
    net.hosts.set(2, hostOf(2, open));
    net.pass(5000);
    expect(net.found.panics).toMatchObject([{ on: true }, { group: 'web', on: false }]);
  });

  it('is ejected by the connections of its clients, and returns only when its probe succeeds', () => {
    const net = new Network().watch({ interval: '1s', passive: { errors: 2, ejectFor: '5s' } }, { count: 2 });
    for (const host of [1, 2]) net.hosts.set(host, hostOf(host, open));
    net.pass(TICK_MS).changes();
    for (let i = 0; i < 2; i++) net.take(net.monitor.onOutcome('web/s1', 'silent', net.now));
    expect(net.reasons()).toEqual(['2 connections in a row unanswered, out for 5s']);
    expect(net.pass(4500).changes()).toEqual([]);
    net.hosts.delete(1);
    expect(net.pass(5000).changes()).toEqual([]);
    net.hosts.set(1, hostOf(1, open));
    expect(net.pass(4000).changes()).toEqual(['s1 up']);
  });
});

describe('targets that change', () => {
  it('are asked anew at once when a probe under way is about what was', () => {
    const net = up({ interval: '10s', timeout: '5s' });
    net.hosts.set(1, hostOf(1, silent));
    net.pass(10_000);
    const before = net.sent.findLast(({ packet }) => isSyn(packet))!.packet;
    net.found.samples.length = 0;
    net.set([{ ...net.targets[0]!, vip: '10.0.0.101' }]).pass(TICK_MS);
    expect(net.sent.at(-1)!.packet.ipv4!.src).toBe('10.0.0.101');
    net.hear(1, answerTo(before, TCP.SYN | TCP.ACK));
    expect(net.found.samples).toEqual([]);
    net.hear(1, answerTo(net.sent.findLast(({ packet }) => isSyn(packet))!.packet, TCP.SYN | TCP.ACK));
    expect(net.found.samples).toHaveLength(1);
  });

  it('keep their state while name, address and port stay', () => {
    const net = up({ interval: '1s', type: 'http' }, hostOf(1, serving(PAGE)));
    const before = net.targets;
    net.watch({ interval: '5s', type: 'tcp', port: 8001 }, { count: 2 });
    net.hosts.set(2, hostOf(2, open));
    net.sent.length = 0;
    net.pass(2000);
    expect(net.changes()).toEqual(['s2 up']);
    expect(net.sent.filter(({ port }) => port === 1).some(({ packet }) => packet.tcp?.dstPort === 8001)).toBe(true);
    net.set([{ ...before[0]!, port: 9000 }]).pass(TICK_MS);
    expect(net.changes()).toEqual(['s1 up']);
  });

  it('are forgotten when they go, with the panic they made', () => {
    const net = new Network().watch({ interval: '500ms', fall: 1 }, { panicThreshold: 1 });
    net.hosts.set(1, hostOf(1, open));
    net.pass(TICK_MS);
    net.hosts.clear();
    net.pass(3000);
    net.set([]);
    expect(net.found.panics).toMatchObject([{ on: true }, { on: false }]);
    net.sent.length = 0;
    net.pass(5000);
    expect(net.sent).toEqual([]);
    expect(net.monitor.onOutcome('web/s1', 'refused', net.now).changes).toEqual([]);
  });

  it('are not probed while paused, unknown when they come back, and still at their place', () => {
    const net = up({ interval: '1s' });
    const [target] = net.targets;
    net.set([{ ...target!, paused: true }]);
    net.sent.length = 0;
    net.monitor.hurry();
    net.pass(10_000);
    expect(net.sent).toEqual([]);
    net.set([{ ...target!, paused: false }]).pass(TICK_MS);
    expect(net.sent.map(({ port }) => port)).toEqual([1, 1]);
    expect(net.changes()).toEqual(['s1 up']);
  });

  it('count for one panic threshold when one comes back to servers that are new', () => {
    const net = new Network().watch({ interval: '1s' }, { count: 3, panicThreshold: 1 });
    for (const host of [1, 2, 3]) net.hosts.set(host, hostOf(host, open));
    const [one, two, three] = net.targets as [Target, Target, Target];
    const paused = { ...one, paused: true };
    for (const targets of [[paused, two], [paused], [paused, three], [one, three]]) net.set(targets).pass(TICK_MS);
    expect(net.changes()).toEqual(['s2 up', 's3 up', 's1 up']);
    for (const host of [1, 3]) net.hosts.set(host, hostOf(host, closed));
    net.pass(2000);
    expect(net.changes()).toHaveLength(1);
    expect(net.found.panics).toHaveLength(1);
  });
});

describe("probes from the controller's own sockets", () => {
  const own = { from: 'controller', type: 'http', interval: '1s', timeout: '500ms', port: 8080, http: { path: '/x' } } as const;

  it('are handed out when they are due, once the place is known, each once', () => {
    const net = new Network().watch(own);
    net.pass(TICK_MS);
    expect(net.probes.splice(0)).toEqual([]);
    net.hosts.set(1, hostOf(1));
    net.pass(1000);
    expect(net.probes.splice(0)).toMatchObject([
      { id: 'web/s1', type: 'http', ip: '10.0.0.1', port: 8080, timeoutMs: 500, http: { path: '/x' }, vip: VIP },
    ]);
    expect(net.probes.splice(0)).toEqual([]);
    expect(net.sent.every(({ packet }) => isArp(packet))).toBe(true);
    net.take(net.monitor.onExternal('web/s1', { ok: true, ms: 12, reason: 'answers 200' }, net.now));
    expect(net.found.samples).toEqual([{ id: 'web/s1', ms: 12 }]);
    expect(net.changes()).toEqual(['s1 up']);
    net.pass(1000);
    expect(net.probes.splice(0)).toHaveLength(1);
  });

  it('take a server out as others do, also when nobody makes them', () => {
    const net = new Network().watch({ ...own, fall: 2 });
    net.hosts.set(1, hostOf(1));
    net.pass(TICK_MS);
    net.take(net.monitor.onExternal('web/s1', { ok: true, ms: 1, reason: 'answers 200' }, net.now));
    net.pass(1000);
    net.take(net.monitor.onExternal('web/s1', { ok: 'refused', ms: 1, reason: 'port 8080 refuses connections' }, net.now));
    expect(net.reasons()).toEqual(['answers 200 at port 1 as 00:00:00:00:00:01', 'port 8080 refuses connections']);
    net.pass(1000);
    net.take(net.monitor.onExternal('web/s1', { ok: true, ms: 1, reason: 'answers 200' }, net.now));
    net.pass(500);
    net.take(net.monitor.onExternal('web/s1', { ok: true, ms: 1, reason: 'answers 200' }, net.now));
    expect(net.changes()).toEqual(['s1 up']);
    expect(net.pass(6000).reasons()).toEqual(['2 HTTP probes in a row unanswered (the host answers ARP)']);
  });

  it('count once, and only while they were asked for', () => {
    const net = new Network().watch(own);
    expect(net.monitor.onExternal('web/s1', { ok: true, ms: 1, reason: '' }, net.now).changes).toEqual([]);
    expect(net.monitor.onExternal('nobody', { ok: true, ms: 1, reason: '' }, net.now).changes).toEqual([]);
  });
});

describe('thousands of servers', () => {
  it('of one VIP are all probed, as far as ports go round', () => {
    const count = PROBE_PORTS.last - PROBE_PORTS.first + 100;
    const net = new Network();
    const more = Array.from({ length: count }, (_, i) => i + 1);
    net.watch({ interval: '10s' }, { count: 1 });
    const [first] = net.targets;
    const ip = (i: number) => `10.1.${i >> 8}.${i & 255}`;
    net.set(more.map(i => ({ ...first!, id: `web/s${i}`, name: `web/s${i}`, ip: ip(i) })));
    net.hosts.set(1, packet => {
      if (packet.arp === undefined) return open(packet);
      const reply = dissect(arpOf(1));
      return [build({ ...reply, arp: { ...reply.arp!, spa: packet.arp.tpa } })];
    });
    net.pass(3000);
    expect(net.changes()).toHaveLength(count);
  });
});
