import { describe, expect, it } from 'vitest';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { mssOption, TCP, type Tcp } from '../../../openflow/packet/tcp.ts';
import { VirtualClock } from '../../../topologies/embedded/clock.ts';
import { Host } from '../../../topologies/embedded/host/host.ts';
import { Link } from '../../../topologies/embedded/link.ts';
import { Random } from '../../../topologies/embedded/random.ts';
import type { TcpConnection } from '../../../topologies/embedded/tcp/connection.ts';
import type { TcpOptions } from '../../../topologies/embedded/tcp/options.ts';
import { bytes, Listening } from './conversation.ts';
import { flagText } from './hosts.ts';

const { ACK, FIN, PSH, RST, SYN } = TCP;
const PEER = { mac: '00:00:00:00:00:09', ip: '10.0.0.9', port: 4000 };
const START = 1_000_000;

interface Sent extends Tcp {
  readonly text: string;
}

/** One host, and a peer whose segments are written by hand. */
function alone(tcp: Partial<TcpOptions> = {}) {
  const clock = new VirtualClock();
  const random = new Random('alone');
  const link = new Link(clock, random, { delayMs: 0 });
  const host = new Host({ name: 'h1', mac: '00:00:00:00:00:01', ip: '10.0.0.1', tcp }, clock, random);
  host.attach(link.ends[0]);
  const sent: Sent[] = [];
  link.observer = (frame, _, fate) => {
    const { tcp: segment, payload } = dissect(frame);
    if (fate === 'sent' && segment !== undefined) sent.push({ ...segment, text: Buffer.from(payload).toString() });
  };
  host.ipv4.neighbors.learn(0x0a000009, Uint8Array.of(0, 0, 0, 0, 0, 9), true);
  /** What the host answers to a segment. */
  const give = (flags: number, seq: number, ack = 0, text = '', ports = { srcPort: PEER.port, dstPort: 80 }): string[] => {
    clock.run(0);
    const before = sent.length;
    host.receive(
      build({
        ethernet: { dst: host.mac, src: PEER.mac },
        ipv4: { src: PEER.ip, dst: host.ip },
        tcp: {
          ...ports,
          flags,
          seq: seq >>> 0,
          ack: ack >>> 0,
          options: (flags & SYN) !== 0 ? mssOption(1000) : new Uint8Array(0),
        },
        payload: bytes(text),
      }),
    );
    clock.run(0); // what it sent has arrived
    return sent.slice(before).map(({ flags: answered }) => flagText(answered));
  };
  return { clock, host, sent, give, last: () => sent.at(-1)! };
}

/** The same after the peer has opened a connection to port 80; `seq` and `ack` are what it sends next. */
function established(tcp: Partial<TcpOptions> = {}) {
  const net = alone(tcp);
  const server = new Listening();
  let connection: TcpConnection | undefined;
  net.host.tcp.listen(80, one => {
    connection = one;
    return server;
  });
  net.give(SYN, START);
  const ack = net.last().seq + 1;
  net.give(ACK, START + 1, ack);
  return { ...net, server, connection: connection!, seq: START + 1, ack };
}

describe('segments for nobody', () => {
  it('are answered with a reset that their sender believes (RFC 9293, 3.10.7.1)', () => {
    const { give, last } = alone();
    expect(give(SYN, START)).toEqual(['RA']);
    expect(last()).toMatchObject({ seq: 0, ack: START + 1 });
    expect(give(FIN | PSH, START, 0, 'abc')).toEqual(['RA']);
    expect(last()).toMatchObject({ seq: 0, ack: START + 4 });
    expect(give(ACK, START, 77)).toEqual(['R']);
    expect(last().seq).toBe(77);
  });

  it('that are resets, or come to all, are not answered', () => {
    const { give, host, sent } = alone();
    expect(give(RST, START)).toEqual([]);
    expect(give(RST | ACK, START, 1)).toEqual([]);
    const { mac, ip } = host;
    const syn = { srcPort: 1, dstPort: 2, flags: SYN };
    host.receive(build({ ethernet: { dst: 'ff:ff:ff:ff:ff:ff', src: PEER.mac }, ipv4: { src: PEER.ip, dst: ip }, tcp: syn }));
    host.receive(build({ ethernet: { dst: mac, src: PEER.mac }, ipv4: { src: PEER.ip, dst: '10.0.0.77' }, tcp: syn }));
    expect([sent.length, host.counters.notMine]).toEqual([0, 2]);
  });
});

describe('a listener', () => {
  it('takes a SYN alone, whatever else comes', () => {
    const { give, host } = alone();
    host.tcp.listen(80, () => new Listening());
    expect(give(ACK, START, 5)).toEqual(['R']);
    expect(give(RST, START)).toEqual([]);
    expect(give(FIN, START)).toEqual([]);
    expect(give(SYN, START)).toEqual(['SA']);
    expect(give(SYN, START)).toEqual(['SA']); // again: the answer was lost
    expect(host.tcp.connectionCount).toBe(1);
  });

  it('is there again after a reset of a half-open connection, without a word to the application', () => {
    const { give, host, clock } = alone();
    const server = new Listening();
    host.tcp.listen(80, () => server);
    give(SYN, START);
    expect(give(RST, START + 1)).toEqual([]);
    expect([host.tcp.connectionCount, clock.pending, server.told]).toEqual([0, 0, []]);
    expect(give(SYN, START + 9)).toEqual(['SA']);
  });

  it('resets an acknowledgment of what it did not send', () => {
    const { give, host, last } = alone();
    host.tcp.listen(80, () => new Listening());
    give(SYN, START);
    const { seq } = last();
    expect(give(ACK, START + 1, seq + 2)).toEqual(['RA']);
    expect(last().seq).toBe(seq + 2);
    expect(give(ACK, START + 1, seq)).toEqual(['RA']);
  });

  it('drops SYNs beyond its backlog, half-open ones and those nobody takes', () => {
    const { give, host, clock, last } = alone();
    const taken: TcpConnection[] = [];
    const listener = host.tcp.listen(
      80,
      one => {
        taken.push(one);
        return new Listening();
      },
      3,
    )!;
    listener.accepting = false;
    const answers = [1, 2, 3, 4].map(port => {
      const ports = { srcPort: port, dstPort: 80 };
      const flags = give(SYN, START, 0, '', ports);
      if (port < 3) give(ACK | PSH, START + 1, last().seq + 1, `from ${port}`, ports);
      return flags.join();
    });
    expect(answers).toEqual(['SA', 'SA', 'SA', '']);
    expect([listener.waiting, listener.full, host.tcp.counters.overflows, taken.length]).toEqual([2, true, 1, 0]);
    listener.accepting = true;
    expect([listener.waiting, taken.map(({ remotePort }) => remotePort)]).toEqual([0, [1, 2]]);
    clock.run(120_000); // the third handshake is given up
    expect([host.tcp.connectionCount, listener.full]).toEqual([2, false]);
  });

  it('that closes resets what the application has not taken', () => {
    const { give, host, last, sent } = alone();
    const listener = host.tcp.listen(80, () => new Listening())!;
    expect(host.tcp.listen(80, () => new Listening())).toBeUndefined();
    listener.accepting = false;
    give(SYN, START);
    give(ACK, START + 1, last().seq + 1);
    give(SYN, START, 0, '', { srcPort: 5, dstPort: 80 });
    const half = last().seq;
    listener.close();
    expect(flagText(sent.at(-1)!.flags)).toBe('RA');
    expect(give(ACK, START + 1, half + 1, '', { srcPort: 5, dstPort: 80 })).toEqual(['RA']);
    expect(give(SYN, START + 5)).toEqual(['RA']);
    expect(host.tcp.connectionCount).toBe(0);
  });
});

describe('an open connection', () => {
  it('is reset by the exact number alone; another in the window is asked about (RFC 5961, 3)', () => {
    const { give, seq, server, host, clock } = established();
    expect(give(RST, seq - 1)).toEqual([]);
    expect(give(RST, seq + 70_000)).toEqual([]);
    expect(give(RST, seq + 10)).toEqual(['A']);
    expect(server.told).toEqual([]);
    expect(give(RST, seq)).toEqual([]);
    expect([server.told, host.tcp.connectionCount, clock.pending]).toEqual([['reset'], 0, 0]);
  });

  it('asks about a SYN, and answers what is out of the window with an acknowledgment', () => {
    const { give, seq, ack, last, server } = established();
    expect(give(SYN, seq + 5)).toEqual(['A']); // RFC 5961, 4
    expect(give(ACK | PSH, seq - 500, ack, 'old')).toEqual(['A']);
    expect(give(ACK | PSH, seq + 70_000, ack, 'far')).toEqual(['A']);
    expect(give(ACK, seq, ack + 1)).toEqual(['A']); // of what was never sent
    expect(last()).toMatchObject({ seq: ack, ack: seq });
    expect([server.told, server.text]).toEqual([[], '']);
  });

  it('puts what comes in any order, twice and overlapping, in order once', () => {
    const { give, seq, ack, last, server, host } = established();
    give(ACK | PSH, seq + 6, ack, 'world');
    give(ACK | PSH, seq + 8, ack, 'rl');
    give(ACK | PSH, seq + 13, ack, '!?');
    expect([server.text, last().ack]).toEqual(['', seq]);
    give(ACK | PSH, seq, ack, 'hello w');
    expect([server.text, last().ack]).toEqual(['hello world', seq + 11]);
    give(ACK | PSH, seq + 9, ack, 'ld, ');
    expect([server.text, last().ack]).toEqual(['hello world, !?', seq + 15]);
    give(ACK | PSH, seq, ack, 'hello world, !?');
    expect([server.text, last().ack]).toEqual(['hello world, !?', seq + 15]);
    expect(host.tcp.counters).toMatchObject({ outOfOrder: 3, duplicates: 2 });
  });

  it('hears an end that comes before the data', () => {
    const { give, seq, ack, last, server } = established();
    give(ACK | FIN, seq + 3, ack);
    expect([server.told, last().ack]).toEqual([[], seq]);
    give(ACK | PSH, seq, ack, 'abc');
    expect([server.told, server.text, last().ack]).toEqual([['end'], 'abc', seq + 4]);
    give(ACK | FIN, seq + 3, ack);
    expect([server.told, last().ack]).toEqual([['end'], seq + 4]);
  });

  it('announces its maximum segment size and keeps to the smaller one', () => {
    const { connection, sent } = established();
    expect([...sent[0]!.options]).toEqual([2, 4, 0x05, 0xb4]);
    connection.write(new Uint8Array(2500));
    expect(sent.slice(1).map(({ text }) => text.length)).toEqual([1000, 1000, 500]);
  });

  it('that the application lets go of resets what still comes; RFC 9293, 3.6.1', () => {
    const { give, seq, ack, connection, host, server } = established();
    connection.close();
    expect(give(ACK, seq, ack + 1)).toEqual([]);
    expect(connection.state).toBe('FIN-WAIT-2');
    expect(give(ACK | PSH, seq, ack + 1, 'late')).toEqual(['RA']);
    expect([host.tcp.connectionCount, server.told]).toEqual([0, []]);
  });

  it('that the application lets go of unread is reset; in FIN-WAIT-2 it is forgotten after a while', () => {
    const one = established();
    one.connection.pause();
    one.give(ACK | PSH, one.seq, one.ack, 'unread');
    one.connection.close();
    expect(flagText(one.last().flags)).toBe('RA');
    const other = established({ finWaitMs: 5000 });
    other.connection.end();
    other.give(ACK, other.seq, other.ack + 1);
    other.connection.close();
    other.clock.runIdle();
    expect([other.host.tcp.connectionCount, other.clock.now()]).toEqual([0, 5000]);
  });

  it('aborts with a reset its peer believes', () => {
    const { connection, last, seq, ack, server, host } = established();
    connection.abort();
    expect(last()).toMatchObject({ seq: ack, ack: seq, flags: RST | ACK });
    expect([server.told, host.tcp.connectionCount]).toEqual([['aborted'], 0]);
  });
});

describe('TIME-WAIT', () => {
  function waiting() {
    const net = established({ timeWaitMs: 1000 });
    net.connection.end();
    net.give(ACK | FIN, net.seq, net.ack + 1);
    expect(net.connection.state).toBe('TIME-WAIT');
    return { ...net, seq: net.seq + 1, ack: net.ack + 1 };
  }

  it('answers the last FIN again, and waits anew', () => {
    const { give, seq, ack, clock, host } = waiting();
    clock.run(900);
    expect(give(ACK | FIN, seq - 1, ack)).toEqual(['A']);
    clock.run(900);
    expect(host.tcp.connectionCount).toBe(1);
    clock.runIdle();
    expect([host.tcp.connectionCount, clock.now()]).toEqual([0, 1900]);
  });

  it('gives way to a SYN with a higher number, and only to that (RFC 1122, 4.2.2.13)', () => {
    const { give, seq, host, last, clock } = waiting();
    expect(give(SYN, seq - 10)).toEqual(['A']);
    expect(give(SYN, seq + 100)).toEqual(['SA']);
    expect([last().ack, host.tcp.connectionCount]).toEqual([seq + 101, 1]);
    clock.runIdle();
    expect(host.tcp.connectionCount).toBe(0);
  });
});

describe('a connection that opens', () => {
  function opening() {
    const net = alone();
    const client = new Listening();
    const connection = net.host.connect(PEER.ip, 80, client, 5555)!;
    const iss = net.last().seq;
    const ports = { srcPort: 80, dstPort: 5555 };
    const give = (flags: number, seq: number, ack = 0) => net.give(flags, seq, ack, '', ports);
    return { ...net, give, client, connection, iss };
  }

  it('believes a reset only of its own SYN (RFC 9293, 3.10.7.3)', () => {
    const { give, client, iss } = opening();
    expect(give(RST, 0)).toEqual([]);
    expect(give(RST | ACK, 0, iss + 2)).toEqual([]);
    expect(client.told).toEqual([]);
    give(RST | ACK, 0, iss + 1);
    expect(client.told).toEqual(['refused']);
  });

  it('resets an answer to an older SYN, and goes on', () => {
    const { give, client, iss, last } = opening();
    expect(give(SYN | ACK, START, iss - 7)).toEqual(['R']);
    expect(last().seq).toBe((iss - 7) >>> 0);
    expect(give(ACK, START, iss + 1)).toEqual([]);
    expect(give(SYN | ACK, START, iss + 1)).toEqual(['A']);
    expect(client.told).toEqual(['connected']);
  });

  it('takes free local ports, and one that is asked for only when it is free', () => {
    const { host } = opening();
    expect(host.connect(PEER.ip, 80, {}, 5555)).toBeUndefined();
    const ports = Array.from({ length: 2000 }, () => host.connect(PEER.ip, 80, {})!.localPort);
    expect(new Set(ports).size).toBe(2000);
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(32768);
    expect(Math.max(...ports)).toBeLessThan(61000);
  });
});
