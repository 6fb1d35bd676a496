import { describe, expect, it } from 'vitest';
import { arpRequest } from '../../../openflow/packet/arp-message.ts';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import type { Packet } from '../../../openflow/packet/packet.ts';
import { filter, type Wire, wire } from './hosts.ts';

/** What h1 sends. */
function sentBy1(net: Wire): Packet[] {
  const packets: Packet[] = [];
  net.link.observer = (frame, from, fate) => {
    if (from.index === 0 && fate !== 'delivered') packets.push(dissect(frame));
  };
  return packets;
}

const pings = (net: Wire, to: string, count = 1): (number | undefined)[] => {
  const times: (number | undefined)[] = [];
  for (let i = 0; i < count; i++) net.h1.ping(to, ms => times.push(ms), 10_000);
  net.clock.runIdle();
  return times;
};

describe.each([
  ['ARP', '10.0.0.2', '10.0.0.77'],
  ['neighbor discovery', 'fd00::2', 'fd00::77'],
])('%s', (kind, there, nowhere) => {
  const asks = (packet: Packet): boolean => packet.arp !== undefined || packet.icmpv6?.target !== undefined;
  const cache = ({ h1 }: Wire) => (kind === 'ARP' ? h1.ipv4.neighbors : h1.ipv6!.neighbors);

  it('asks once for many packets, and remembers', () => {
    const net = wire({ delayMs: 1 });
    const packets = sentBy1(net);
    expect(pings(net, there, 5)).toEqual([4, 4, 4, 4, 4]);
    expect(pings(net, there)).toEqual([2]);
    expect(packets.filter(asks).length).toBe(1);
    expect([net.h1.counters.unresolved, net.clock.pending]).toEqual([0, 0]);
  });

  it('asks again when an answer is lost, every second', () => {
    const net = wire({ delayMs: 1 });
    let lost = 0;
    filter(net.h2, packet => !asks(packet) || ++lost > 2);
    expect(pings(net, there)).toEqual([2004]);
  });

  it('gives up after three questions, and begins anew for the next packet', () => {
    const net = wire({ delayMs: 1 });
    const packets = sentBy1(net);
    expect(pings(net, nowhere)).toEqual([undefined]);
    expect([packets.filter(asks).length, net.h1.counters.unresolved, cache(net).size]).toEqual([3, 1, 0]);
    pings(net, nowhere);
    expect(packets.filter(asks).length).toBe(6);
  });

  it('keeps the newest packets when too many wait', () => {
    const net = wire({ delayMs: 1 }, { neighbors: { queueFrames: 3 } });
    const times = pings(net, there, 5);
    expect(times.filter(ms => ms !== undefined).length).toBe(3);
    expect(net.h1.counters.unresolved).toBe(2);
  });

  it('asks anew when an answer is too old', () => {
    const net = wire({ delayMs: 1 }, { neighbors: { lifeMs: 5000 } });
    const packets = sentBy1(net);
    pings(net, there);
    net.clock.run(4000);
    pings(net, there);
    expect(packets.filter(asks).length).toBe(1);
    net.clock.run(2000);
    pings(net, there);
    expect(packets.filter(asks).length).toBe(2);
  });

  it('believes an announcement about somebody it knows, and of nobody else', () => {
    const net = wire({ delayMs: 1 });
    net.h2.announce();
    net.clock.runIdle();
    expect(cache(net).size).toBe(0);
    pings(net, there);
    const moved = wire({}, { mac: '00:00:00:00:00:42' }).h2;
    moved.attach(net.link.ends[1]);
    moved.announce();
    net.clock.runIdle();
    const packets = sentBy1(net);
    pings(net, there);
    expect(packets.map(({ ethernet }) => ethernet.dst)).toEqual(['00:00:00:00:00:42']);
  });

  it('is forgotten when the host crashes, and asked for after it has booted', () => {
    const net = wire({ delayMs: 1 });
    pings(net, there);
    net.h1.crash();
    expect(cache(net).size).toBe(0);
    expect(pings(net, there)).toEqual([undefined]);
    net.h1.boot();
    expect(pings(net, there)).toEqual([4]);
    expect(net.h1.counters.silent).toBeGreaterThan(0);
  });
});

describe('an ARP request', () => {
  it('for another host teaches nothing and is not answered; a probe is answered and teaches nothing', () => {
    const net = wire();
    const packets = sentBy1(net);
    const senderMac = '00:00:00:00:00:02';
    net.h1.receive(arpRequest({ senderMac, senderIp: '10.0.0.2', targetIp: '10.0.0.5' }));
    expect([net.h1.ipv4.neighbors.size, packets.length]).toEqual([0, 0]);
    net.h1.receive(arpRequest({ senderMac, targetIp: '10.0.0.1' }));
    expect([net.h1.ipv4.neighbors.size, packets[0]?.arp]).toEqual([
      0,
      { op: 2, sha: net.h1.mac, spa: '10.0.0.1', tha: senderMac, tpa: '0.0.0.0' },
    ]);
    net.h1.receive(arpRequest({ senderMac, senderIp: '10.0.0.2', targetIp: '10.0.0.1' }));
    expect(net.h1.ipv4.neighbors.size).toBe(1);
  });
});

describe('a host', () => {
  it('drops what is broken, foreign or unknown, and counts each once', () => {
    const { h1, h2, link, clock } = wire({ delayMs: 0 });
    let sent = 0;
    link.observer = () => void sent++;
    const good = build({
      ethernet: { dst: h1.mac, src: h2.mac },
      ipv4: { src: h2.ip, dst: h1.ip },
      udp: { srcPort: 1, dstPort: 2 },
      payload: Uint8Array.of(1, 2, 3),
    });
    const changed = (at: number, xor: number): Uint8Array => {
      const frame = good.slice();
      frame[at]! ^= xor;
      return frame;
    };
    for (let length = 0; length < good.length; length++) h1.receive(good.slice(0, length));
    h1.receive(changed(5, 0x10)); // another MAC address
    h1.receive(changed(13, 0x77)); // another type
    h1.receive(changed(22, 0xff)); // the IP checksum
    expect(h1.counters).toMatchObject({ framesIn: good.length + 3, bad: good.length + 1, notMine: 1, unknown: 1 });
    h1.receive(changed(good.length - 1, 1)); // the UDP checksum
    expect([h1.udp.counters.bad, sent]).toEqual([1, 0]);
    h1.receive(good);
    clock.runIdle();
    expect(sent).toBeGreaterThan(0); // ICMP port unreachable
  });
});
