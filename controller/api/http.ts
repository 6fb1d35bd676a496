import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenAddress } from '../core/config.ts';
import type { LogStream } from './log-stream.ts';

const FRONT_PAGE = `vipflow is running.

The log is a WebSocket of JSON lines:
  /flows   every choice of a server, and every end of a connection
  /events  servers, switches, warnings

In a terminal: vipflow watch
`;

/** Serves the log. Rejects with the listener's error, `EADDRINUSE` among them. */
export async function serveHttp(address: ListenAddress, stream: LogStream): Promise<Server & { readonly port: number }> {
  const server = createServer((request, response) => {
    const isFront = request.url === '/' && (request.method === 'GET' || request.method === 'HEAD');
    response.writeHead(isFront ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
    response.end(isFront ? FRONT_PAGE : 'not found: there are / and the WebSockets /flows and /events\n');
  });
  stream.attach(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}
