import { describe, expect, it } from 'vitest';
import { echoFrame } from '../../../controller/health/echoes.ts';
import { OFPP } from '../../../openflow/index.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import type { Packet } from '../../../openflow/packet/packet.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { answerTo, arpOf, closed, hostOf, isSyn, Network, open, serving, TICK_MS } from './network.ts';
import { up } from './up.ts';

const PAGE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const silent = () => [];

describe('a control channel that is slow', () => {
  const pace = { interval: '1s', timeout: '500ms', fall: 2 } as const;

  it.each(['arp', 'icmp', 'tcp', 'http'] as const)(
    'takes no server down that answers, nor keeps one up that does not: %s',
    type => {
      const net = up({ ...pace, type }, hostOf(1, serving(PAGE)));
      net.channelMs = 1200;
      expect(net.pass(60_000).changes()).toEqual([]);
      net.hosts.clear();
      expect(net.pass(6000).changes()).toEqual(['s1 down']);
    },
  );

  it('is no measure of a server', () => {
    const net = up(pace);
    net.channelMs = 1200;
    net.pass(2000).found.samples.length = 0;
    expect(net.pass(10_000).found.samples).toEqual([]);
  });

  it('delays the verdict on a silent server by nothing when it is fast', () => {
    const net = up(pace);
    net.hosts.clear();
    net.pass(1950);
    expect(net.changes()).toEqual([]);
    expect(net.pass(50).changes()).toEqual(['s1 down']);
  });

  it('costs one echo for all servers of a switch that are silent at a time', () => {
    const net = new Network().watch({ ...pace, type: 'arp' }, { count: 3 });
    for (const host of [1, 2, 3]) net.hosts.set(host, hostOf(host));
    net.pass(TICK_MS);
    net.hosts.clear();
    net.pass(1000);
    net.now += 250;
    net.take(net.monitor.onTick(net.switches, net.now)); // asked for everywhere
    net.now += 250;
    const { commands } = net.monitor.onTick(net.switches, net.now);
    expect(commands).toMatchObject([{ message: { actions: [{ port: OFPP.CONTROLLER }] } }]);
  });

  it('says nothing of servers when it brings nothing any more', () => {
    const net = up(pace);
    const host = net.hosts.get(1)!;
    net.hosts.clear();
    net.pass(1500); // an echo came back
    net.hosts.set(1, host);
    net.pass(3000).changes();
    net.hosts.clear();
    net.isMute = true;
    expect(net.pass(60_000).changes()).toEqual([]);
  });

  it('is not waited for where a switch never sends an echo back', () => {
    const net = up(pace);
    net.isMute = true;
    net.hosts.clear();
    expect(net.pass(8000).changes()).toEqual(['s1 down']);
    net.hosts.set(1, hostOf(1, open));
    net.pass(3000).changes();
    net.hosts.clear();
    expect(net.pass(2000).changes()).toEqual(['s1 down']);
  });

  it('is not taken for brought up to date by an echo that a host made up', () => {
    const net = up(pace);
    net.channelMs = 60_000;
    net.hosts.clear();
    for (let round = 0; round < 40; round++) {
      net.pass(100);
      for (let serial = 0; serial < 10; serial++) net.hear(1, echoFrame(serial));
    }
    expect(net.changes()).toEqual([]);
  });
});

describe('packets that are no answers', () => {
  it('are left to others', () => {
    const net = up({ interval: '1s' });
    net.hosts.set(1, silent);
    net.pass(1000);
    const syn = net.sent.findLast(({ packet }) => isSyn(packet))!.packet;
    const synAck = dissect(answerTo(syn, TCP.SYN | TCP.ACK));
    const is = (change: Partial<Packet>) => net.monitor.isAnswer({ ...synAck, ...change });
    const { tcp, ipv4 } = synAck as Required<Packet>;
    expect(is({})).toBe(true);
    expect(is({ tcp: { ...tcp, dstPort: 80 } })).toBe(false);
    expect(is({ tcp: { ...tcp, srcPort: 8001 } })).toBe(false);
    expect(is({ ipv4: { ...ipv4, src: '10.0.0.9' } })).toBe(false);
    expect(is({ ipv4: { ...ipv4, dst: '10.0.0.101' } })).toBe(false);
    expect(net.monitor.isAnswer(dissect(arpOf(1)))).toBe(true);
  });

  it('are those to the port of a probe that is over no longer than until the next one', () => {
    const net = up({ interval: '1s' });
    const late = answerTo(net.sent.find(({ packet }) => isSyn(packet))!.packet, TCP.SYN | TCP.ACK);
    net.sent.length = 0;
    net.hear(1, late);
    expect(net.sent.map(({ packet }) => packet.tcp!.flags)).toEqual([TCP.RST]);
    net.pass(1000);
    expect(net.monitor.isAnswer(dissect(late))).toBe(false);
  });
});

describe('an answer that comes twice', () => {
  it('counts once', () => {
    const net = up({ interval: '1s', rise: 3, fall: 1 });
    net.hosts.set(1, hostOf(1, closed));
    net.pass(1000);
    net.hosts.set(
      1,
      hostOf(1, packet => [...open(packet), ...open(packet), ...open(packet)]),
    );
    expect(net.pass(1000).changes()).toEqual(['s1 down']);
    expect(net.pass(2000).changes()).toEqual(['s1 up']);
  });
});
