import { connect, type Socket } from 'node:net';

/** Readers of `/flows` in a process of their own. They take bytes and look at none, as if each were on a machine of its own. */
const sockets: Socket[] = [];
let bytes = 0;

process.on('message', ({ port, count, stalled }: { port: number; count: number; stalled: number }) => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (let i = 0; i < count; i++) {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.write(
      `GET /flows HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    socket.on('error', () => {});
    if (i < stalled) socket.pause();
    else
      socket.on('data', piece => {
        bytes += piece.length;
      });
  }
  process.send!({ bytes });
  bytes = 0;
});
process.on('disconnect', () => process.exit());
