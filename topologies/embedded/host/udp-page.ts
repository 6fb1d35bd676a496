import type { Host } from './host.ts';
import type { UdpSocket } from './udp.ts';

/** Answers each datagram with a page and the client's address, as the servers of the Mininet lab do (mininet/web.py). */
export function serveUdpPage(host: Host, port: number, page: string): UdpSocket | undefined {
  const encoder = new TextEncoder();
  return host.udp.bind({ datagram: ({ ip, port: from, reply }) => reply(encoder.encode(`${page} ${ip}:${from}\n`)) }, port);
}
