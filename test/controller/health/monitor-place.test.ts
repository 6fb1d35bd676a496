import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Place } from '../../../controller/core/place.ts';
import { OFPP } from '../../../openflow/index.ts';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { icmpEchoReply } from '../../../openflow/packet/icmp-message.ts';
import type { Packet } from '../../../openflow/packet/packet.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { answerTo, arpOf, closed, hostOf, isArp, isSyn, macOf, Network, open, serving, switchOf, TICK_MS } from './network.ts';
import { up } from './up.ts';

const PAGE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const silent = () => [];
const LONG_MS = 300_000;

describe('where a server is', () => {
  it('is asked everywhere by ARP without an address of our own, and the first answer is its place', () => {
    const net = new Network().watch({}, { count: 2 });
    net.hosts.set(1, hostOf(1, open)).set(2, hostOf(2, open));
    net.pass(TICK_MS);
    const asked = net.sent.filter(({ packet }) => isArp(packet));
    expect(asked.map(({ port, packet }) => [port, packet.arp!.tpa, packet.arp!.spa])).toEqual([
      [OFPP.ALL, '10.0.0.1', '0.0.0.0'],
      [OFPP.ALL, '10.0.0.2', '0.0.0.0'],
    ]);
    expect(net.found.changes).toMatchObject([
      {
        place: { dpid: net.at.dpid, port: 1, mac: macOf(1) },
        reason: 'accepts connections on port 8000 at port 1 as 00:00:00:00:00:01',
      },
      { place: { dpid: net.at.dpid, port: 2, mac: macOf(2) } },
    ]);
  });

  it('is not asked for again while it answers: probes go to its port alone', () => {
    const net = up();
    net.sent.length = 0;
    net.pass(2 * LONG_MS);
    expect(new Set(net.sent.map(({ port }) => port))).toEqual(new Set([1]));
    expect(net.sent.filter(({ packet }) => isArp(packet))).toEqual([]);
  });

  it('is asked once more at its port when the server is silent, so that a dead program is told from a dead host', () => {
    const net = up({ interval: '1s', timeout: '200ms' });
    net.hosts.set(1, hostOf(1, silent));
    expect(net.pass(3000).reasons()).toEqual(['3 TCP probes in a row unanswered (the host answers ARP)']);
    const other = up({ interval: '1s', timeout: '200ms' });
    other.hosts.delete(1);
    expect(other.pass(3000).reasons()).toEqual(['3 TCP probes in a row unanswered']);
  });

  it('is another one at once when its port went down', () => {
    const net = up();
    net.take(net.monitor.onPortDown(net.at.dpid, 1, net.now));
    expect(net.reasons()).toEqual(['its port 1 went down']);
    net.hosts.delete(1);
    net.hosts.set(7, hostOf(1, open));
    expect(net.pass(1000).changes()).toEqual(['s1 up']);
    expect(net.monitor.onPortDown(net.at.dpid, 1, net.now).changes).toEqual([]);
  });

  it('is another one while its switch is gone', () => {
    const net = up({ interval: '1s', rise: 2, fall: 3 });
    const other = switchOf(2);
    net.switches.set(other.dpid, other);
    net.switches.delete(net.at.dpid);
    net.monitor.onSwitchLost(net.at.dpid);
    net.hosts.clear();
    net.sent.length = 0;
    net.pass(1000);
    expect(net.sent.every(({ port, packet }) => port === OFPP.ALL && isArp(packet))).toBe(true);
    net.hear(9, arpOf(1), other);
    const syn = net.sent.at(-1)!.packet;
    net.hear(9, answerTo(syn, TCP.SYN | TCP.ACK), other);
    expect(net.found.changes).toMatchObject([
      {
        state: 'up',
        place: { dpid: other.dpid, port: 9 },
        reason: 'moved to port 9 of switch 0000000000000002 as 00:00:00:00:00:01',
      },
    ]);
  });

  it.each(['tcp', 'icmp', 'arp'] as const)(
    'is another one within 3 s when the old one is silent and it answers there: %s',
    type => {
      const net = up({ type });
      net.hosts.set(1, silent).set(9, hostOf(1, open));
      net.pass(3000);
      expect(net.found.changes.map(change => (change as { place: Place }).place.port)).toEqual([9]);
      expect(net.places.pinned('10.0.0.1')).toEqual({ dpid: net.at.dpid, port: 9, mac: macOf(1) });
    },
  );

  it('is another one at once when a frame says so, the old one is silent, and it answers there', () => {
    const net = up();
    net.hosts.set(1, silent).set(9, hostOf(1, open));
    net.pass(700);
    net.take(net.monitor.onHearsay({ dpid: net.at.dpid, port: 9, mac: macOf(1) }, net.now));
    net.pass(500);
    expect(net.places.pinned('10.0.0.1')?.port).toBe(9);
    expect(net.found.notices).toHaveLength(2);
  });

  it('stays when a frame says otherwise and the server answers', () => {
    const net = up();
    net.hosts.set(9, hostOf(1, open));
    for (let i = 0; i < 50; i++) {
      net.take(net.monitor.onHearsay({ dpid: net.at.dpid, port: 9, mac: macOf(1) }, net.now));
      net.pass(100);
    }
    expect(net.places.pinned('10.0.0.1')?.port).toBe(1);
    expect(net.changes()).toEqual([]);
  });

  it('stays while the host answers ARP though its program is dead', () => {
    const net = up({ interval: '1s' });
    net.hosts.set(1, hostOf(1, silent)).set(9, packet => (isArp(packet) ? [] : open(packet)));
    net.pass(2 * LONG_MS);
    expect(net.changes()).toEqual(['s1 down']);
    expect(net.places.pinned('10.0.0.1')?.port).toBe(1);
  });

  it('stays while whoever answers ARP elsewhere does not answer the question there', () => {
    const net = up({ interval: '1s' });
    net.hosts.set(1, silent).set(9, packet => (isArp(packet) ? [arpOf(1)] : []));
    net.pass(20_000);
    expect(net.changes()).toEqual(['s1 down']);
    expect(net.places.pinned('10.0.0.1')?.port).toBe(1);
  });

  it('loses no probe to a switch that goes and comes back', () => {
    const net = up({ interval: '1s', timeout: '900ms', fall: 1 });
    const host = net.hosts.get(1)!;
    net.hosts.clear();
    net.pass(1200); // a probe is under way
    net.switches.clear();
    net.monitor.onSwitchLost(net.at.dpid);
    net.pass(5000);
    net.switches.set(net.at.dpid, net.at);
    net.hosts.set(1, host);
    net.monitor.hurry();
    expect(net.pass(2000).changes()).toEqual([]);
  });
});

describe('an answer from where the server is not', () => {
  const spoofers: [string, string, (net: Network) => Uint8Array | undefined][] = [
    ['a SYN-ACK', 'tcp', net => answerTo(lastOf(net, isSyn), TCP.SYN | TCP.ACK)],
    ['the answer to a ping', 'icmp', net => icmpEchoReply(lastOf(net, ({ icmp }) => icmp !== undefined))],
  ];
  const lastOf = (net: Network, is: (packet: Packet) => boolean) => net.sent.filter(({ packet }) => is(packet)).at(-1)!.packet;

  it.each(spoofers)('does not bring a dead server up: %s', (_title, type, spoof) => {
    const net = up({ type: type as 'arp', interval: '1s', timeout: '500ms', rise: 1 });
    net.hosts.clear();
    net.pass(5000);
    expect(net.changes()).toEqual(['s1 down']);
    for (let i = 0; i < 100; i++) {
      net.pass(100);
      const frame = spoof(net);
      if (frame === undefined) throw new Error('nothing to spoof');
      net.hear(9, frame); // another port, the server's own MAC
      net.hear(1, withSource(frame, macOf(9))); // its port, another MAC
      net.hear(1, withSource(frame, macOf(1)), switchOf(2)); // its port number at another switch
    }
    expect(net.changes()).toEqual([]);
    net.hear(1, spoof(net)!);
    expect(net.changes()).toEqual(['s1 up']);
  });

  it('does not bring a dead server up: an ARP reply, where more is asked than that', () => {
    const net = up({ interval: '1s', timeout: '500ms', rise: 1 });
    net.hosts.clear();
    net.pass(5000);
    expect(net.changes()).toEqual(['s1 down']);
    for (let i = 0; i < 100; i++)
      net
        .pass(100)
        .hear(9, arpOf(1))
        .hear(1, withSource(arpOf(1), macOf(9)));
    expect(net.changes()).toEqual([]);
    expect(net.places.pinned('10.0.0.1')).toEqual({ dpid: net.at.dpid, port: 1, mac: macOf(1) });
  });

  it('counts for nothing in whatever order it comes, and nothing that comes is an error', () => {
    const forged = fc.record({
      ms: fc.nat(500),
      port: fc.integer({ min: 1, max: 3 }),
      mac: fc.integer({ min: 1, max: 2 }),
      other: fc.boolean(),
      what: fc.constantFrom('arp', 'syn-ack', 'rst', 'ack', 'noise'),
      noise: fc.uint8Array({ maxLength: 80 }),
    });
    fc.assert(
      fc.property(fc.constantFrom('tcp', 'http', 'icmp'), fc.array(forged, { maxLength: 60 }), (type, frames) => {
        const net = up({ type, interval: '500ms', fall: 1, rise: 1 }, hostOf(1, serving(PAGE)));
        net.hosts.clear();
        expect(net.pass(2000).changes()).toEqual(['s1 down']);
        for (const { ms, port, mac, other, what, noise } of frames) {
          net.pass(ms);
          const asked = net.sent.findLast(({ packet }) => isSyn(packet))?.packet;
          const flags = { 'syn-ack': TCP.SYN | TCP.ACK, rst: TCP.RST | TCP.ACK, ack: TCP.ACK }[what as string];
          const frame = flags !== undefined && asked !== undefined ? answerTo(asked, flags) : what === 'noise' ? noise : arpOf(1);
          const isPlace = port === 1 && mac === 1 && !other;
          if (isPlace && what !== 'noise') continue;
          const isEthernet = frame.length >= 14;
          net.hear(port, what === 'noise' || !isEthernet ? frame : withSource(frame, macOf(mac)), other ? switchOf(2) : net.at);
        }
        expect(net.changes()).toEqual([]);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('is told once a minute, with how often it came', () => {
    const net = up({ type: 'arp' });
    for (let second = 0; second < 130; second++) net.pass(1000).hear(9, arpOf(1));
    const line = (more: string) =>
      `web/s1: an answer to a probe came from port 9 of switch 0000000000000001 as 00:00:00:00:00:01${more}; ` +
      'it is at port 1 of switch 0000000000000001 as 00:00:00:00:00:01, so the answer does not count';
    expect(net.found.notices).toEqual([line(''), ...Array(2).fill(line(', and 59 more in the last minute'))]);
    expect(net.changes()).toEqual([]);
  });

  it('does not take a living server down either', () => {
    const net = up({ interval: '1s' });
    net.hosts.set(1, silent);
    net.pass(1100);
    net.hear(9, closed(lastOf(net, isSyn))[0]!);
    expect(net.changes()).toEqual([]);
  });
});

function withSource(frame: Uint8Array, mac: string): Uint8Array {
  const packet = dissect(frame);
  return build({
    ...packet,
    ethernet: { ...packet.ethernet, src: mac },
    ...(packet.arp && { arp: { ...packet.arp, sha: mac } }),
  });
}
