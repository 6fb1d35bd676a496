import { describe, expect, it } from 'vitest';
import type { Datagram } from '../../../topologies/embedded/host/udp.ts';
import { serveUdpPage } from '../../../topologies/embedded/host/udp-page.ts';
import { bytes } from './conversation.ts';
import { wire } from './hosts.ts';

const textOf = (datagram: Datagram): string => `${Buffer.from(datagram.bytes)} from ${datagram.ip}:${datagram.port}`;

describe.each([
  ['IPv4', '10.0.0.1', '10.0.0.2'],
  ['IPv6', 'fd00::1', 'fd00::2'],
])('UDP over %s', (_, here, there) => {
  it('brings datagrams both ways', () => {
    const net = wire();
    const answers: string[] = [];
    net.h2.udp.bind({ datagram: one => one.reply(bytes(`you said ${textOf(one)}`)) }, 53);
    const socket = net.h1.udp.bind({ datagram: one => answers.push(textOf(one)) })!;
    socket.send(net.h1.path(there), 53, bytes('hello'));
    socket.send(net.h1.path(there), 53, new Uint8Array(0));
    net.clock.runIdle();
    expect(answers).toEqual([
      `you said hello from ${here}:${socket.port} from ${there}:53`,
      `you said  from ${here}:${socket.port} from ${there}:53`,
    ]);
  });

  it('tells when nobody listens', () => {
    const net = wire();
    const refused: string[] = [];
    const handlers = {
      datagram: () => expect.unreachable(),
      refused: (ip: string, port: number) => refused.push(`${ip} ${port}`),
    };
    const socket = net.h1.udp.bind(handlers)!;
    socket.send(net.h1.path(there), 99, bytes('anybody?'));
    net.clock.runIdle();
    expect([refused, net.h2.udp.counters.refused]).toEqual([[`${there} 99`], 1]);
  });

  it('serves a page and the client’s address', () => {
    const net = wire();
    const answers: string[] = [];
    serveUdpPage(net.h2, 9000, 'Server 2');
    expect(serveUdpPage(net.h2, 9000, 'another')).toBeUndefined();
    const socket = net.h1.udp.bind({ datagram: ({ bytes: page }) => answers.push(Buffer.from(page).toString()) })!;
    socket.send(net.h1.path(there), 9000, bytes('?'));
    net.clock.runIdle();
    expect(answers).toEqual([`Server 2 ${here}:${socket.port}\n`]);
    socket.close();
    expect(net.h1.udp.bind({ datagram: () => undefined }, socket.port)).toBeDefined();
  });
});

describe('TCP over IPv6', () => {
  it('opens, brings data and closes', () => {
    const net = wire();
    let page = '';
    net.h2.tcp.listen(80, () => ({ data: (_, connection) => connection.end(new Uint8Array(5000).fill(65)) }));
    net.h1.connect('fd00::2', 80, {
      connected: connection => connection.write(bytes('GET')),
      data: part => {
        page += Buffer.from(part).toString();
      },
      end: connection => connection.end(),
    });
    net.clock.runIdle();
    expect(page).toBe('A'.repeat(5000));
    expect(net.h1.tcp.connectionCount + net.h2.tcp.connectionCount).toBe(0);
  });
});
