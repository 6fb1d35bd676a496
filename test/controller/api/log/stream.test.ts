import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PING_EVERY_MS } from '../../../../controller/api/log/sockets.ts';
import { MAX_READERS } from '../../../../controller/api/log/stream.ts';
import { configWith } from '../../connections/world.ts';
import { ADMIN, ApiWorld, READ, TOKENS } from '../api-world.ts';
import { endLine, warningLine } from './lines.ts';

describe('the log over WebSocket and HTTP', () => {
  const open: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  async function serve(config = configWith()) {
    const world = new ApiWorld({ config });
    const port = await world.httpApi.listen();
    open.push(() => world.httpApi.close());
    const connect = (path: string, { headers = {}, protocols = [] as string[] } = {}) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { headers });
      const lines: Record<string, unknown>[] = [];
      socket.on('message', data => lines.push(JSON.parse(String(data))));
      open.push(() => socket.on('error', () => {}).terminate());
      return { socket, lines };
    };
    const refusal = async (path: string, options: Parameters<typeof connect>[1] = {}) => {
      const { socket } = connect(path, options);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      return response.statusCode;
    };
    const log = world.httpApi.log;
    const publish = (entry: Parameters<typeof log.publish>[0]) => log.publish(entry, world.world.now);
    /** Lets what waits go out. */
    const settle = () => {
      world.world.now += 50;
      log.onTick(world.world.now);
    };
    const pass = (ms: number) => {
      world.world.now += ms;
      world.httpApi.onTick(world.world.now);
    };
    return { world, port, connect, refusal, publish, settle, pass, url: `http://127.0.0.1:${port}` };
  }

  it('gives choices and ends to /flows, and the rest to /events', async () => {
    const { connect, publish, settle } = await serve();
    const flows = connect('/flows');
    const events = connect('/events');
    await Promise.all([once(flows.socket, 'open'), once(events.socket, 'open')]);
    publish(endLine(1));
    publish(warningLine(2));
    while (flows.lines.length === 0 || events.lines.length === 0) {
      settle();
      await new Promise(setImmediate);
    }
    expect([flows.lines, events.lines]).toEqual([[endLine(1)], [warningLine(2)]]);
  });

  it('goes on behind the line that a reader saw last', async () => {
    const { connect, publish, settle } = await serve();
    for (const seq of [1, 2, 3]) publish(endLine(seq));
    const { socket, lines } = connect('/flows?since=1');
    await once(socket, 'open');
    settle();
    while (lines.length < 2) await once(socket, 'message');
    expect(lines.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it('begins with everything as it is, for who asks', async () => {
    const world = await serve();
    const { socket, lines } = world.connect('/events?snapshot=1');
    await once(socket, 'message');
    expect(lines[0]).toMatchObject({
      type: 'snapshot',
      seq: 0,
      services: [{ name: 'web' }, { name: 'dns' }],
      status: { services: 2 },
    });
  });

  it('is JSON with newlines over HTTP, and a hint without asking for that', async () => {
    const { url, publish, settle } = await serve();
    publish(endLine(1));
    const abort = new AbortController();
    const response = await fetch(`${url}/flows?since=0&type=end`, {
      headers: { accept: 'application/x-ndjson' },
      signal: abort.signal,
    });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const reader = response.body!.getReader();
    settle();
    const { value } = await reader.read();
    expect(Buffer.from(value!).toString()).toBe(`${JSON.stringify(endLine(1))}\n`);
    publish(endLine(2));
    settle();
    expect(JSON.parse(Buffer.from((await reader.read()).value!).toString()).seq).toBe(2);
    abort.abort();
    const plain = await fetch(`${url}/flows`);
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket']);
    expect((await fetch(`${url}/flows?since=x`, { headers: { accept: 'application/x-ndjson' } })).status).toBe(400);
  });

  it('forgets a reader that leaves, over HTTP too', async () => {
    const { world, url, connect } = await serve();
    const abort = new AbortController();
    const gone = fetch(`${url}/flows?snapshot=1`, { headers: { accept: 'application/x-ndjson' }, signal: abort.signal });
    await (await gone).body!.getReader().read();
    const { socket } = connect('/flows');
    await once(socket, 'open');
    expect(world.httpApi.log.readers).toBe(2);
    abort.abort();
    socket.close();
    while (world.httpApi.log.readers > 0) await new Promise(setImmediate);
  });

  it.each([
    ['a path that is none', '/nothing', {}, 404],
    ["another site's page", '/flows', { headers: { origin: 'http://evil.example' } }, 403],
    ['an Origin that is no address', '/flows', { headers: { origin: 'null' } }, 403],
    ['a name that is not ours', '/flows', { headers: { host: 'evil.example' } }, 421],
    ['a number that is none', '/flows?since=x', {}, 400],
  ])('refuses %s', async (_title, path, options, status) => {
    const { refusal } = await serve();
    expect(await refusal(path, options)).toBe(status);
  });

  it('lets its own page in', async () => {
    const { connect, port } = await serve();
    const { socket } = connect('/flows', { headers: { origin: `http://127.0.0.1:${port}` } });
    await once(socket, 'open');
  });

  it('lets a token in, as browsers and as others can send it', async () => {
    const { connect, refusal } = await serve({ ...configWith(), api: TOKENS });
    expect(await refusal('/flows')).toBe(401);
    expect(await refusal('/flows?token=wrong')).toBe(401);
    const inQuery = connect(`/flows?token=${READ}`);
    const inHeader = connect('/flows', { headers: { authorization: `Bearer ${ADMIN}` } });
    const inProtocol = connect('/flows', { protocols: ['vipflow', `bearer.${READ}`] });
    await Promise.all([inQuery, inHeader, inProtocol].map(({ socket }) => once(socket, 'open')));
    expect(inProtocol.socket.protocol).toBe('vipflow');
  });

  it('has room for so many readers and refuses the next', async () => {
    const { world, connect, refusal, url } = await serve();
    const sinks = Array.from({ length: MAX_READERS - 1 }, () => ({ unread: 0, write: () => {}, end: () => {} }));
    const memory = world.httpApi.log.flows;
    for (const sink of sinks)
      world.httpApi.log.open({ memory, encoding: {} as never, wants: undefined, from: 0, first: [] }, sink);
    const { socket } = connect('/flows');
    await once(socket, 'open');
    expect(await refusal('/events')).toBe(503);
    expect((await fetch(`${url}/flows`, { headers: { accept: 'application/x-ndjson' } })).status).toBe(503);
  });

  it('reports to a stalled reader how much it missed; others get everything, and memory stays bounded', async () => {
    const { world, connect, publish, settle } = await serve();
    const [slow, good] = [connect('/flows'), connect('/flows')];
    await Promise.all([once(slow.socket, 'open'), once(good.socket, 'open')]);
    slow.socket.pause();
    const long = 'x'.repeat(4000);
    const { log } = world.httpApi;
    let seq = 0;
    while (log.skipped === 0 && seq < 12_000) {
      for (let i = 0; i < 50; i++) publish(endLine(++seq, { server: long }));
      settle();
      while (good.lines.length < seq) {
        await new Promise(setImmediate);
        settle();
      }
      if (seq === 10_000) slow.socket.resume();
    }
    while (!slow.lines.some(({ type }) => type === 'skipped')) await new Promise(setImmediate);
    expect(good.lines.map(line => line.seq)).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
    const skipped = slow.lines.find(({ type }) => type === 'skipped')!;
    expect(skipped.count).toBeGreaterThan(1000);
    expect(slow.lines.find(({ seq: each }) => each === (skipped.from as number) - 1)).toBeDefined();
  });

  it('lets a reader go that does not answer', async () => {
    const { world, connect, pass } = await serve();
    const [deaf, good] = [connect('/flows'), connect('/flows')];
    await Promise.all([once(deaf.socket, 'open'), once(good.socket, 'open')]);
    deaf.socket.pause();
    const asked = once(good.socket, 'ping');
    pass(PING_EVERY_MS);
    await asked;
    // Its answer was read when the request after it is answered.
    good.socket.ping();
    await once(good.socket, 'pong');
    pass(PING_EVERY_MS);
    while (world.httpApi.log.readers === 2) await new Promise(setImmediate);
    expect([world.httpApi.log.readers, good.socket.readyState]).toEqual([1, WebSocket.OPEN]);
  });
});
