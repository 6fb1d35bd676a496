import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Relay, startRelay } from '../../topologies/relay.ts';

let folder: string;
let relay: Relay | undefined;
let controller: Server | undefined;
const sockets: Socket[] = [];

const near = () => join(folder, 'near.sock');
const far = () => join(folder, 'far.sock');

async function listen(onConnection: (socket: Socket) => void): Promise<void> {
  controller = createServer(socket => {
    sockets.push(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  controller.listen(far());
  await once(controller, 'listening');
}

async function dial(): Promise<Socket> {
  const socket = connect(near());
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-'));
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await relay?.close();
  controller?.close();
  relay = controller = undefined;
  rmSync(folder, { recursive: true, force: true });
});

describe('the relay to the controller', () => {
  test('carries bytes both ways, also those sent before the controller took the call', async () => {
    await listen(socket => socket.on('data', data => socket.write(data.toString().toUpperCase())));
    relay = await startRelay(near(), { path: far() });
    const socket = await dial();
    socket.write('hello');
    expect((await once(socket, 'data')).toString()).toBe('HELLO');
    expect(relay.connections).toBe(1);
  });

  test('hangs up at once when there is no controller, and works as soon as there is one', async () => {
    relay = await startRelay(near(), { path: far() });
    const lonely = await dial();
    await once(lonely, 'close');
    await listen(socket => socket.end('here'));
    expect((await once(await dial(), 'data')).toString()).toBe('here');
  });

  test('the end of either side is the end of the other', async () => {
    await listen(() => {});
    relay = await startRelay(near(), { path: far() });
    for (const side of ['switch', 'controller']) {
      const taken = once(controller!, 'connection') as Promise<[Socket]>;
      const socket = await dial();
      const [answering] = await taken;
      const [ending, other] = side === 'switch' ? [socket, answering] : [answering, socket];
      const closed = once(other.resume(), 'close');
      ending.destroy();
      await closed;
    }
    await expect.poll(() => relay?.connections).toBe(0);
  });

  test('bytes before an end arrive', async () => {
    const size = 5_000_000;
    await listen(socket => socket.end(Buffer.alloc(size)));
    relay = await startRelay(near(), { path: far() });
    const socket = await dial();
    let got = 0;
    socket.on('data', data => {
      got += data.length;
    });
    await once(socket, 'close');
    expect(got).toBe(size);
  });

  test('a side that does not read holds the other one back', async () => {
    let sent = 0;
    await listen(socket => {
      const chunk = Buffer.alloc(65536);
      const more = () => {
        while (sent < 200_000_000) {
          sent += chunk.length;
          if (!socket.write(chunk)) return;
        }
      };
      socket.on('drain', more);
      more();
    });
    relay = await startRelay(near(), { path: far() });
    await dial(); // reads nothing
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(sent).toBeLessThan(10_000_000);
  });

  test('closing it closes all and removes the socket', async () => {
    await listen(() => {});
    relay = await startRelay(near(), { path: far() });
    const closed = once(await dial(), 'close');
    await relay.close();
    await closed;
    expect(existsSync(near())).toBe(false);
    relay = undefined;
  });
});
