import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { connect, encode, type Message } from '../../openflow/index.ts';

it('gives who waited for the connection the messages that came in one piece with the HELLO', async () => {
  const hello = encode({ type: 'hello', elements: [{ type: 'versionBitmap', bitmaps: [1 << 4] }] });
  const words = [hello, encode({ type: 'featuresRequest', xid: 7 }), encode({ type: 'getConfigRequest', xid: 8 })];
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.write(Buffer.concat(words));
    setTimeout(() => socket.write(encode({ type: 'barrierRequest', xid: 9 })), 50);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const connection = await connect({ host: '127.0.0.1', port }, { role: 'switch' });
  const received: Message[] = [];
  connection.on('message', message => received.push(message));
  await expect.poll(() => received.map(({ xid }) => xid), { timeout: 5000 }).toEqual([7, 8, 9]);
  connection.close();
  server.close();
});
