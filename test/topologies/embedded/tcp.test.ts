import { describe, expect, it } from 'vitest';
import type { Host } from '../../../topologies/embedded/host/host.ts';
import type { LinkQuality } from '../../../topologies/embedded/link.ts';
import type { TcpConnection } from '../../../topologies/embedded/tcp/connection.ts';
import type { TcpOptions } from '../../../topologies/embedded/tcp/options.ts';
import { bytes, Listening, polite } from './conversation.ts';
import { filter, trace, wire } from './hosts.ts';

/** h1 connects to port 80 of h2. */
function opened(
  client = new Listening(polite),
  server = new Listening(polite),
  { quality = {}, tcp = {} }: { quality?: Partial<LinkQuality>; tcp?: Partial<TcpOptions> } = {},
) {
  const net = wire({ delayMs: 1, ...quality }, { tcp });
  let accepted: TcpConnection | undefined;
  const listener = net.h2.tcp.listen(80, connection => {
    accepted = connection;
    return server;
  })!;
  const frames = trace(net.link, net.clock);
  const connection = net.h1.connect(net.h2.ip, 80, client)!;
  return { ...net, client, server, listener, frames, connection, peer: () => accepted! };
}

const nothingLeft = ({ clock, h1, h2 }: { clock: { pending: number }; h1: Host; h2: Host }): void =>
  expect([clock.pending, h1.tcp.connectionCount, h2.tcp.connectionCount]).toEqual([0, 0, 0]);

describe('a TCP connection', () => {
  it('opens, talks both ways and closes in seven segments', () => {
    const net = opened(
      new Listening((event, connection) => {
        if (event === 'connected') connection.write(bytes('GET'));
        polite(event, connection);
      }),
      new Listening((event, connection) => event === 'data' && connection.end(bytes('page'))),
    );
    net.clock.runIdle();
    expect(net.frames.filter(line => !line.includes('arp'))).toEqual([
      '2 h1 S 0',
      '3 h2 SA 0',
      '4 h1 PA 3',
      '5 h2 FPA 4',
      '6 h1 FA 0',
      '7 h2 A 0',
    ]);
    expect([net.server.text, net.client.text]).toEqual(['GET', 'page']);
    expect([net.client.told, net.server.told]).toEqual([
      ['connected', 'end', 'closed'],
      ['end', 'closed'],
    ]);
    nothingLeft(net);
  });

  it('cuts data into segments of the smaller maximum, all of it inside the window', () => {
    const net = opened(undefined, undefined, { tcp: { mss: 1000 } });
    net.clock.run(10);
    net.connection.end(new Uint8Array(150_000));
    net.clock.runIdle();
    expect(net.server.bytes.length).toBe(150_000);
    const sizes = net.frames.filter(line => line.includes(' h1 ')).map(line => Number(line.split(' ')[3]));
    expect(Math.max(...sizes)).toBe(1000);
    expect(net.h1.tcp.counters.retransmissions).toBe(0);
    // 65535 bytes a round trip of 2 ms, and no more.
    expect(net.clock.now()).toBeGreaterThan(14);
    nothingLeft(net);
  });

  it('lets each side end for itself: half of it stays open', () => {
    const net = opened(new Listening(), new Listening());
    net.clock.run(5);
    net.connection.end(bytes('question'));
    net.clock.run(5);
    expect([net.connection.state, net.peer().state]).toEqual(['FIN-WAIT-2', 'CLOSE-WAIT']);
    expect(net.connection.write(bytes('more'))).toBe(false);
    for (let i = 0; i < 3; i++) {
      net.peer().write(bytes(`answer ${i} `));
      net.clock.run(50);
    }
    expect(net.client.text).toBe('answer 0 answer 1 answer 2 ');
    net.peer().end();
    net.clock.run(5);
    expect([net.connection.state, net.peer().state]).toEqual(['TIME-WAIT', 'CLOSED']);
    expect([net.client.told, net.server.told]).toEqual([
      ['connected', 'end', 'closed'],
      ['end', 'closed'],
    ]);
    net.clock.runIdle();
    nothingLeft(net);
  });

  it('closes when both sides end at the same moment', () => {
    const net = opened(new Listening(), new Listening());
    net.clock.run(5);
    net.connection.end();
    net.peer().end();
    expect([net.connection.state, net.peer().state]).toEqual(['FIN-WAIT-1', 'FIN-WAIT-1']);
    net.clock.run(1);
    expect([net.connection.state, net.peer().state]).toEqual(['CLOSING', 'CLOSING']);
    net.clock.run(1.5);
    expect([net.connection.state, net.peer().state]).toEqual(['TIME-WAIT', 'TIME-WAIT']);
    expect([net.client.told.at(-1), net.server.told.at(-1)]).toEqual(['closed', 'closed']);
    net.clock.runIdle();
    nothingLeft(net);
  });

  it('opens from both sides at once (RFC 9293, figure 7)', () => {
    const net = wire({ delayMs: 1 });
    net.h1.announce();
    net.h2.announce();
    net.h1.ping(net.h2.ip, () => undefined);
    net.clock.runIdle();
    const one = new Listening(polite);
    const other = new Listening(polite);
    const a = net.h1.connect(net.h2.ip, 2000, one, 1000)!;
    const b = net.h2.connect(net.h1.ip, 1000, other, 2000)!;
    net.clock.run(10);
    expect([a.state, b.state, one.told, other.told]).toEqual(['ESTABLISHED', 'ESTABLISHED', ['connected'], ['connected']]);
    a.end(bytes('hello'));
    net.clock.runIdle();
    expect(other.text).toBe('hello');
    nothingLeft(net);
  });

  it('is refused by a closed port, at once', () => {
    const net = wire({ delayMs: 1 });
    const client = new Listening();
    net.h1.connect(net.h2.ip, 81, client);
    net.clock.runIdle();
    expect([client.told, net.clock.now()]).toEqual([['refused'], 4]);
    expect(net.h2.tcp.counters.resetsOut).toBe(1);
    nothingLeft(net);
  });

  it('asks again after 1, 2, 4 ... seconds when nobody answers, and gives up', () => {
    const net = opened(undefined, undefined, { tcp: { synRetries: 4 } });
    filter(net.h2, ({ tcp }) => tcp === undefined);
    net.clock.runIdle();
    expect(net.frames.filter(line => line.includes(' S ')).map(line => Math.round(Number(line.split(' ')[0]) / 1000))).toEqual([
      0, 1, 3, 7, 15,
    ]);
    expect([net.client.told, Math.round(net.clock.now() / 1000)]).toEqual([['timeout'], 31]);
    nothingLeft(net);
  });

  it('is unreachable where nobody has the address, and outside of its network', () => {
    const net = wire();
    const [nobody, outside] = [new Listening(), new Listening()];
    net.h1.connect('10.9.9.9', 80, nobody);
    net.h1.connect('192.168.0.1', 80, outside);
    expect(outside.told).toEqual([]); // never before connect() has returned
    net.clock.runIdle();
    expect([nobody.told, outside.told, net.clock.now()]).toEqual([['unreachable'], ['unreachable'], 3000]);
    nothingLeft(net);
  });

  it('sends what was lost again after a timeout, and at once after three duplicate acknowledgments', () => {
    for (const [segments, quick] of [
      [2, false],
      [8, true],
    ] as const) {
      const net = opened();
      net.clock.run(5);
      let lost = 0;
      filter(net.h2, ({ payload }) => payload.length === 0 || lost++ > 0);
      const start = net.clock.now();
      let done = 0;
      net.server.end = connection => {
        done = net.clock.now() - start;
        connection.end();
      };
      net.connection.end(new Uint8Array(1460 * segments).fill(7));
      net.clock.runIdle();
      expect(net.server.bytes.length).toBe(1460 * segments);
      expect(net.h1.tcp.counters.retransmissions).toBe(1);
      if (quick) expect(done).toBeLessThan(10);
      else expect(done).toBeGreaterThan(200);
      nothingLeft(net);
    }
  });

  it('stops when its peer is silent for too long', () => {
    const net = opened(undefined, undefined, { tcp: { dataRetries: 3 } });
    net.clock.run(5);
    net.h2.crash();
    net.connection.write(bytes('anybody?'));
    net.clock.runIdle();
    expect(net.client.told).toEqual(['connected', 'timeout']);
    expect(net.h1.tcp.counters.retransmissions).toBe(3);
    nothingLeft(net);
  });

  it('drops segments with a wrong checksum, and counts them', () => {
    const net = opened();
    net.clock.run(5);
    let broken = 0;
    filter(net.h2, ({ payload }, frame) => {
      if (payload.length === 0 || broken++ > 0) return true;
      const wrong = frame.slice();
      wrong[wrong.length - 1]! ^= 1;
      return wrong;
    });
    net.connection.end(bytes('precious'));
    net.clock.runIdle();
    expect(net.server.text).toBe('precious');
    expect([net.h2.tcp.counters.bad, net.h1.tcp.counters.retransmissions]).toEqual([1, 1]);
  });

  it('closes the window when the application does not read, and goes on when it does', () => {
    const net = opened();
    net.clock.run(5);
    net.peer().pause();
    net.connection.end(new Uint8Array(200_000).fill(1));
    net.clock.run(20_000);
    expect(net.server.bytes.length).toBe(0);
    expect(net.connection.unacknowledged).toBe(200_000 - 65_535);
    expect(net.connection.state).toBe('ESTABLISHED');
    net.peer().resume();
    net.clock.runIdle();
    expect(net.server.bytes.length).toBe(200_000);
    nothingLeft(net);
  });
});
