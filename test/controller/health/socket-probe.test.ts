import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExternalProbe } from '../../../controller/core/external-probe.ts';
import { MAX_SOCKETS, SocketProbes } from '../../../controller/health/socket-probe.ts';
import { healthOf } from './network.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map(server => new Promise(resolve => server.close(resolve))));
});

async function listening(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const ticking = () => {
  let now = 0;
  return { now: () => now++ };
};
const probeOf = (port: number, more: Partial<ExternalProbe> = {}): ExternalProbe => {
  const { http } = healthOf({ type: 'http', http: { body: 'ok' } });
  return { id: 'web/s1', type: 'http', ip: '127.0.0.1', port, timeoutMs: 2000, http, vip: '10.0.0.100', ...more };
};
const answering = (text: string) => (socket: Socket) => socket.once('data', () => socket.end(text));
const probe = (asked: ExternalProbe) => new SocketProbes(ticking()).probe(asked);

describe("a probe from the controller's own sockets", () => {
  it.each<[string, (socket: Socket) => void, object]>([
    ['a good page', answering('HTTP/1.1 200 OK\r\n\r\nok'), { ok: true, ms: 1, reason: 'answers 200' }],
    ['a bad status', answering('HTTP/1.1 500 No\r\n\r\nok'), { ok: false, reason: 'answers 500' }],
    ['a page without its text', answering('HTTP/1.1 200 OK\r\n\r\nno'), { ok: false, reason: 'answers 200 without "ok"' }],
    ['no HTTP', socket => socket.end('220 smtp\r\n'), { ok: false, reason: 'answers something that is not HTTP' }],
    ['nothing', socket => socket.end(), { ok: false, reason: 'accepts the connection and closes it' }],
    [
      'a reset',
      socket => socket.once('data', () => socket.resetAndDestroy()),
      { ok: false, reason: 'accepts the connection and resets it' },
    ],
    [
      'an endless page',
      socket => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(60_000)}`),
      { ok: false, reason: 'answers 200 without "ok"' },
    ],
  ])('judges %s as the probes through the switch do', async (_title, onConnection, expected) => {
    expect(await probe(probeOf(await listening(onConnection)))).toMatchObject(expected);
  });

  it('asks in the name of the VIP', async () => {
    let request = '';
    const port = await listening(socket =>
      socket.once('data', data => {
        request = String(data);
        socket.end('HTTP/1.1 200 OK\r\n\r\nok');
      }),
    );
    await probe(probeOf(port));
    expect(request).toContain(`GET / HTTP/1.1\r\nHost: 10.0.0.100:${port}\r\n`);
  });

  it('is content with an open port for TCP, and tells a closed one', async () => {
    const port = await listening(() => {});
    expect(await probe(probeOf(port, { type: 'tcp' }))).toMatchObject({
      ok: true,
      reason: `accepts connections on port ${port}`,
    });
    await new Promise(resolve => servers.pop()!.close(resolve));
    expect(await probe(probeOf(port))).toMatchObject({ ok: 'refused', reason: `port ${port} refuses connections` });
  });

  it('gives up after its time', async () => {
    const port = await listening(() => {});
    expect(await probe(probeOf(port, { timeoutMs: 50 }))).toMatchObject({
      ok: false,
      reason: 'accepts the connection and sends nothing',
    });
  });

  it('has so many sockets open at a time, and makes all probes in the end', async () => {
    const held: Socket[] = [];
    let unanswered = 0;
    let most = 0;
    const answer = () => {
      for (const socket of held.splice(0)) {
        unanswered -= 1;
        socket.end('HTTP/1.1 200 OK\r\n\r\nok');
      }
    };
    /** Whoever is let in beyond the limit has time to come. */
    const later = (turns: number, then: () => void): unknown =>
      turns === 0 ? then() : setImmediate(() => later(turns - 1, then));
    let arrived = 0;
    const port = await listening(socket => {
      held.push(socket);
      unanswered += 1;
      arrived += 1;
      most = Math.max(most, unanswered);
      if (arrived >= MAX_SOCKETS) later(50, answer);
    });
    const probes = new SocketProbes(ticking());
    const outcomes = await Promise.all(Array.from({ length: MAX_SOCKETS + 100 }, () => probes.probe(probeOf(port))));
    expect(outcomes.filter(({ ok }) => ok === true)).toHaveLength(MAX_SOCKETS + 100);
    expect(most).toBe(MAX_SOCKETS);
  });
});
