import { describe, expect, it } from 'vitest';
import { Clients } from '../../../topologies/embedded/http/clients.ts';
import { RequestReader, ResponseReader, requestText, responseText } from '../../../topologies/embedded/http/message.ts';
import { HttpServer, type HttpServerOptions } from '../../../topologies/embedded/http/server.ts';
import { type RequestRecord, VISIT, Visit, type VisitOptions } from '../../../topologies/embedded/http/visit.ts';
import { bytes } from './conversation.ts';
import { wire } from './hosts.ts';

/** h2 serves; h1 asks. */
function served(options: Partial<HttpServerOptions> = {}, delayMs = 1) {
  const net = wire({ delayMs });
  const server = new HttpServer(net.h2, net.random.fork('server'), { port: 8000, page: 'Server 2', ...options });
  const records: RequestRecord[] = [];
  let done = 0;
  const ask = (visit: Partial<VisitOptions> = {}): void => {
    const target = { ip: net.h2.ip, port: 8000 };
    new Visit(net.h1, net.random, { ...VISIT, ...target, ...visit }, { record: one => records.push(one), done: () => done++ });
  };
  const askAt = (ms: number, visit: Partial<VisitOptions> = {}): void => void net.clock.at(ms, () => ask(visit));
  return { ...net, server, records, ask, askAt, done: () => done };
}

const outcomes = (records: readonly RequestRecord[]): string[] =>
  records.map(({ error, status, body }) => error ?? `${status} ${body}`);

describe('messages', () => {
  it('are read however they are cut', () => {
    const text = requestText('10.0.0.100', '/slow?ms=5', true) + requestText('10.0.0.100', '/', false);
    for (let cut = 0; cut <= text.length; cut++) {
      const reader = new RequestReader();
      const found: unknown[] = [];
      for (const part of [text.slice(0, cut), text.slice(cut)]) {
        reader.push(bytes(part));
        for (let one = reader.next(); one !== undefined; one = reader.next()) found.push(one);
      }
      expect(found).toMatchObject([
        { method: 'GET', path: '/slow', keepAlive: true },
        { method: 'GET', path: '/', keepAlive: false },
      ]);
    }
    const answer = responseText(200, 'Server 1\n', false);
    for (let cut = 0; cut < answer.length; cut++) {
      const reader = new ResponseReader();
      expect([reader.push(bytes(answer.slice(0, cut))), reader.push(bytes(answer.slice(cut)))]).toEqual([false, true]);
      expect(reader.response).toEqual({ status: 200, body: 'Server 1' });
    }
  });

  it('that are none are told apart', () => {
    for (const text of ['\r\n\r\n', 'GET\r\n\r\n', 'GET / SIP/2.0\r\n\r\n', 'GET  / HTTP/1.0\r\n\r\n', 'x'.repeat(70_000)]) {
      const reader = new RequestReader();
      reader.push(bytes(text));
      expect(reader.next()).toBe('bad');
    }
    const post = new RequestReader();
    post.push(bytes('POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nab'));
    expect(post.next()).toBeUndefined();
    post.push(bytes('c'));
    expect(post.next()).toMatchObject({ method: 'POST', keepAlive: true });
  });
});

describe('a web server and its client', () => {
  it('records what the client saw', () => {
    const net = served({ service: { kind: 'constant', ms: 10 } });
    net.ask({ localPort: 40_000 });
    net.clock.runIdle();
    // ARP and SYN there and back: 4 ms; the request, 10 ms of work and the answer: 12 ms.
    const page = { status: 200, body: 'Server 2', error: undefined };
    expect(net.records).toEqual([{ client: 'h1', localPort: 40_000, turn: 0, start: 0, firstByte: 16, end: 16, ...page }]);
    expect([net.done(), net.server.statistics.served, net.server.statistics.connections]).toEqual([1, 1, 0]);
    expect(net.h1.tcp.connectionCount + net.h2.tcp.connectionCount).toBe(0);
  });

  it('has the pages of the Mininet lab’s servers', () => {
    const net = served();
    const start = (): number => net.records.at(-1)!.start;
    const spent = (): number => net.records.at(-1)!.end - start();
    net.ask({ path: '/client', localPort: 40_001 });
    net.clock.runIdle();
    net.ask({ path: '/slow?ms=300' });
    net.clock.runIdle();
    expect(spent()).toBe(304);
    net.ask({ path: '/stream?seconds=1&everyMs=400' });
    net.clock.runIdle();
    expect(spent()).toBeGreaterThan(1000);
    net.ask({ path: '/nothing' });
    net.ask({ path: '/bytes?count=100000' });
    net.clock.runIdle();
    expect(outcomes(net.records.slice(0, 4))).toEqual([
      '200 10.0.0.1:40001',
      '200 Server 2',
      '200 Server 2 1\nServer 2 2\nServer 2 3',
      '404 not found',
    ]);
    expect(net.records[4]!.body.length).toBe(100_000);
  });

  it('asks again and again over a connection that is kept', () => {
    const net = served({ service: { kind: 'constant', ms: 5 } });
    net.ask({ requests: 4, think: { kind: 'constant', ms: 100 } });
    net.clock.runIdle();
    expect(outcomes(net.records)).toEqual(Array.from({ length: 4 }, () => '200 Server 2'));
    expect(net.records.map(({ turn, end, start }) => [turn, end - start])).toEqual([
      [0, 11],
      [1, 7],
      [2, 7],
      [3, 7],
    ]);
    expect([new Set(net.records.map(({ localPort }) => localPort)).size, net.server.statistics.accepted, net.done()]).toEqual([
      1, 1, 1,
    ]);
  });

  it('answers at once that it is too busy when nobody can wait', () => {
    const net = served({ workers: 1, queueLimit: 1, service: { kind: 'constant', ms: 100 } });
    for (let i = 0; i < 3; i++) net.ask();
    net.clock.runIdle();
    expect(outcomes(net.records)).toEqual(['503 too busy', '200 Server 2', '200 Server 2']);
    expect(net.records.map(({ end }) => end)).toEqual([6, 106, 206]);
  });

  it('answers in the order of the questions when a client does not wait, and a client that has ended', () => {
    const net = served({ service: { kind: 'constant', ms: 5 } });
    let text = '';
    net.h1.connect(net.h2.ip, 8000, {
      connected: connection =>
        connection.end(bytes(requestText('x', '/', true) + requestText('x', '/client', true) + requestText('x', '/', false))),
      data: part => {
        text += Buffer.from(part).toString();
      },
    });
    net.clock.runIdle();
    expect(text.match(/Server 2\n|10\.0\.0\.1:\d+\n/g)?.length).toBe(3);
    expect(text.indexOf('10.0.0.1')).toBeLessThan(text.lastIndexOf('Server 2'));
    expect(net.h2.tcp.connectionCount).toBe(0);
  });
});

describe('a failing server', () => {
  const ask = { timeoutMs: 3000 };
  const busy = { service: { kind: 'constant', ms: 100 } } as const;

  it('that crashes is silent, and its client waits in vain; after a boot an old connection is reset', () => {
    const net = served(busy);
    net.askAt(0, ask);
    net.clock.at(50, () => net.server.crash());
    net.askAt(60, ask);
    net.askAt(2000, { timeoutMs: 9000 });
    net.clock.at(4000, () => net.server.recover());
    net.clock.runIdle();
    expect(outcomes(net.records)).toEqual(['timeout', 'timeout', '200 Server 2']);
    expect(net.records.map(({ end }) => Math.round(end))).toEqual([3000, 3060, 5104]);
    expect(net.h1.tcp.counters.resetsIn).toBe(1);
    expect(net.h1.tcp.connectionCount + net.h2.tcp.connectionCount).toBe(0);
  });

  it('that is killed resets its connections and refuses new ones', () => {
    const net = served(busy);
    net.askAt(0, ask);
    net.clock.at(50, () => net.server.kill());
    net.askAt(60, ask);
    net.clock.at(70, () => net.server.recover());
    net.askAt(80, ask);
    net.clock.runIdle();
    expect(outcomes(net.records)).toEqual(['reset', 'refused', '200 Server 2']);
    expect(net.records[0]!.end).toBe(51);
    expect(net.server.statistics).toMatchObject({ inProgress: 0, queued: 0, connections: 0 });
  });

  it('that hangs accepts and does not answer, until it goes on', () => {
    const net = served(busy);
    net.askAt(0, { timeoutMs: 10_000 });
    net.clock.at(50, () => net.server.hang());
    net.askAt(60, ask);
    net.askAt(70, { timeoutMs: 10_000 });
    net.clock.at(5000, () => net.server.recover());
    net.clock.runIdle();
    expect(outcomes(net.records)).toEqual(['timeout', '200 Server 2', '200 Server 2']);
    expect(net.records[1]!.end).toBe(5001); // its 100 ms were over long ago
    expect(net.records[2]!.end).toBe(5101);
    expect(net.h1.tcp.connectionCount + net.h2.tcp.connectionCount).toBe(0);
  });

  it('that refuses finishes what it has', () => {
    const net = served(busy);
    net.askAt(0, ask);
    net.clock.at(50, () => net.server.refuse());
    net.askAt(60, ask);
    net.clock.runIdle();
    expect(outcomes(net.records)).toEqual(['refused', '200 Server 2']);
    net.server.recover();
    net.ask();
    net.clock.runIdle();
    expect(outcomes(net.records).at(-1)).toBe('200 Server 2');
  });

  it('that is slow takes that much longer', () => {
    const net = served(busy);
    net.server.slowness = 10;
    net.ask();
    net.clock.runIdle();
    expect(net.records[0]!.end).toBe(1006);
  });

  it('may fail in any way at any time, again and again, and is as before in the end', () => {
    const net = served({ workers: 2, service: { kind: 'exponential', meanMs: 20 } });
    const random = net.random.fork('faults');
    const options = { ip: net.h2.ip, port: 8000, timeoutMs: 500, arrivals: { kind: 'poisson', perSecond: 80 } } as const;
    const clients = new Clients([net.h1], random, options, record => net.records.push(record));
    clients.start();
    const faults = ['crash', 'kill', 'hang', 'refuse', 'recover', 'recover'] as const;
    for (let ms = 0; ms < 30_000; ms += random.integer(400)) net.clock.at(ms, () => net.server[random.choice(faults)]());
    net.clock.runUntil(30_000);
    net.server.recover();
    net.clock.run(2000);
    net.records.length = 0;
    net.clock.run(2000);
    expect(outcomes(net.records).filter(outcome => outcome !== '200 Server 2')).toEqual([]);
    expect(net.records.length).toBeGreaterThan(100);
    clients.stop();
    net.clock.runIdle();
    expect(net.server.statistics).toMatchObject({ connections: 0, inProgress: 0, queued: 0 });
    expect([net.h1.tcp.connectionCount, net.h2.tcp.connectionCount, clients.statistics.inProgress]).toEqual([0, 0, 0]);
  });
});
