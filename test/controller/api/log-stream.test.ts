import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { serveHttp } from '../../../controller/api/http.ts';
import { LogStream } from '../../../controller/api/log-stream.ts';
import type { LogEntry } from '../../../controller/core/events.ts';

const head = { v: 1, seq: 1, time: '2026-11-22T10:00:00.000Z' } as const;
const end: LogEntry = {
  ...head,
  type: 'end',
  of: 1,
  service: 'web',
  server: 's',
  client: { ip: '10.0.0.4', port: 1 },
  bytes: { in: 1, out: 2 },
  packets: { in: 1, out: 1 },
  durationMs: 3,
  why: 'fin',
};
const warning: LogEntry = { ...head, type: 'warning', message: 'look' };

describe('the log over WebSocket', () => {
  const open: (() => void)[] = [];
  afterEach(() => {
    for (const close of open.splice(0)) close();
  });

  async function serve() {
    const stream = new LogStream();
    const http = await serveHttp({ host: '127.0.0.1', port: 0 }, stream);
    open.push(() => {
      stream.close();
      http.close();
    });
    const connect = (path: string, headers: Record<string, string> = {}) => {
      const socket = new WebSocket(`ws://127.0.0.1:${http.port}${path}`, { headers });
      const lines: unknown[] = [];
      socket.on('message', data => lines.push(JSON.parse(String(data))));
      return { socket, lines };
    };
    return { stream, http, connect };
  }

  it('gives choices and ends to /flows, and the rest to /events', async () => {
    const { stream, connect } = await serve();
    const flows = connect('/flows');
    const events = connect('/events');
    await Promise.all([once(flows.socket, 'open'), once(events.socket, 'open')]);
    stream.publish(end);
    stream.publish(warning);
    await Promise.all([once(flows.socket, 'message'), once(events.socket, 'message')]);
    expect(flows.lines).toEqual([end]);
    expect(events.lines).toEqual([warning]);
  });

  it.each([
    ['a path that is none', '/nothing', {}, 404],
    ["another site's page", '/flows', { origin: 'http://evil.example' }, 403],
    ['an Origin that is no address', '/flows', { origin: 'null' }, 403],
  ])('refuses %s', async (_title, path, headers, status) => {
    const { connect } = await serve();
    const { socket } = connect(path, headers);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(status);
    socket.on('error', () => {}).terminate();
  });

  it('lets its own page in', async () => {
    const { connect, http } = await serve();
    const { socket } = connect('/flows', { origin: `http://127.0.0.1:${http.port}` });
    await once(socket, 'open');
  });

  it('drops a reader that does not read and goes on for the others', async () => {
    const { stream, connect } = await serve();
    const slow = connect('/flows');
    const good = connect('/flows');
    await Promise.all([once(slow.socket, 'open'), once(good.socket, 'open')]);
    slow.socket.pause();
    const closed = once(slow.socket, 'close');
    const long = { ...end, service: 'x'.repeat(50_000) };
    let sent = 0;
    for (; sent < 400; sent++) {
      stream.publish(long);
      await new Promise(resolve => setImmediate(resolve));
    }
    slow.socket.resume();
    const [code] = (await closed) as [number];
    expect(code).toBe(1013);
    while (good.lines.length < sent) await once(good.socket, 'message');
  });

  it('tells a browser what there is', async () => {
    const { http } = await serve();
    const response = await fetch(`http://127.0.0.1:${http.port}/`);
    expect(await response.text()).toContain('/flows');
    expect((await fetch(`http://127.0.0.1:${http.port}/etc/passwd`)).status).toBe(404);
  });
});
