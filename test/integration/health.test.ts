import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../controller/core/config.ts';
import type { ServerEntry } from '../../controller/core/events.ts';
import { PROBE_MAC } from '../../controller/core/virtual-mac.ts';
import { labs } from '../../topologies/catalogue.ts';
import { BalancedLab, sleep, until } from './balanced-lab.ts';

const INTERVAL_MS = 400;
/** A probe, its jitter, and the work of a busy machine. */
const NEXT_PROBE_MS = INTERVAL_MS * 1.1 + 400;

/** The same three servers, asked for their port by one service and for their page by another. */
function checked(config: ConfigInput): ConfigInput {
  const [web] = config.services;
  const pace = { interval: `${INTERVAL_MS}ms`, timeout: '300ms', rise: 2, fall: 2 };
  return {
    ...config,
    services: [
      { ...web!, name: 'web', health: pace },
      {
        ...web!,
        name: 'page',
        vip: '10.0.0.101',
        health: { ...pace, type: 'http', http: { path: '/', status: 200, body: 'Server' } },
      },
      { ...web!, name: 'ping', vip: '10.0.0.102', health: { ...pace, type: 'icmp' } },
    ],
  };
}

/** Sends a signal to the program whose page it is; the hosts of a lab see each other's processes. */
const SIGNAL = `
import os, sys
page, number = sys.argv[1], int(sys.argv[2])
for pid in filter(str.isdigit, os.listdir('/proc')):
    try:
        argv = open('/proc/%s/cmdline' % pid).read().split('\\0')
    except OSError:
        continue
    if '--page' in argv and argv[argv.index('--page') + 1] == page:
        os.kill(int(pid), number)
`;

/** Prints each SYN and each ping that comes in, with everything that an answer has to know. */
const OVERHEAR = `
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
s.bind((sys.argv[1], 0))
print('ready', flush=True)
while True:
    frame = s.recv(2048)
    if len(frame) >= 54 and frame[23] == 6 and frame[47] == 2:
        print(frame.hex(), flush=True)
`;

/** For each SYN that is told to it: the perfect SYN-ACK under the server's own MAC, and ARP replies for the server. */
const FORGE = `
import socket, struct, sys
interface, probe_mac, own = sys.argv[1], bytes.fromhex(sys.argv[2].replace(':', '')), bytes.fromhex(sys.argv[3].replace(':', ''))
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((interface, 0))
def total(data):
    data += b'\\0' * (len(data) % 2)
    n = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while n >> 16:
        n = (n & 0xffff) + (n >> 16)
    return ~n & 0xffff
print('ready', flush=True)
for line in sys.stdin:
    syn = bytes.fromhex(line.strip())
    vip_mac, server_mac, vip, server = syn[6:12], syn[0:6], syn[26:30], syn[30:34]
    vip_port, server_port, seq = struct.unpack('!HHI', syn[34:42])
    tcp = struct.pack('!HHIIBBHHH', server_port, vip_port, 12345, (seq + 1) & 0xffffffff, 0x50, 0x12, 65535, 0, 0)
    check = total(server + vip + struct.pack('!BBH', 0, 6, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack('!H', check) + tcp[18:]
    ip = struct.pack('!BBHHHBBH', 0x45, 0, 40, 1, 0, 64, 6, 0) + server + vip
    ip = ip[:10] + struct.pack('!H', total(ip)) + ip[12:]
    for mac in (server_mac, own):
        s.send(vip_mac + mac + b'\\x08\\0' + ip + tcp)
        s.send(probe_mac + mac + b'\\x08\\x06\\0\\x01\\x08\\0\\x06\\x04\\0\\x02' + mac + server + probe_mac + b'\\0' * 4 + b'\\0' * 18)
    print('sent', flush=True)
`;

describe('health through real Open vSwitch', () => {
  let net: BalancedLab;

  beforeAll(async () => {
    net = await BalancedLab.start(labs.single, checked);
    await until('all servers up for all services', () => changes().length >= 9);
  });
  afterAll(() => net?.stop());

  const changes = (from = 0): ServerEntry[] => net.controller.of('server').slice(from);
  const python = (host: string, program: string, ...args: string[]) => net.lab.exec(host, ['python3', '-c', program, ...args]);
  const change = (service: string, server: string, state: 'up' | 'down', from: number) =>
    until(`${service}/${server} ${state}`, () =>
      changes(from).find(entry => entry.service === service && entry.server === server && entry.state === state),
    );

  it('brings servers up by TCP, by HTTP and by ping, with their place', () => {
    const reasons = (service: string) =>
      new Set(
        changes()
          .filter(entry => entry.service === service)
          .map(({ reason }) => reason.split(' at port')[0]),
      );
    expect(reasons('web')).toEqual(new Set(['accepts connections on port 8000']));
    expect(reasons('page')).toEqual(new Set(['answers 200']));
    expect(reasons('ping')).toEqual(new Set(['answers pings']));
    expect(net.controller.of('warning')).toEqual([]);
  });

  it('takes a server out with the next probe when its program was killed, and back when it runs again', async () => {
    const from = changes().length;
    await python('h3', SIGNAL, 'Server 3', '9');
    const killed = Date.now();
    const down = await Promise.all([change('web', 'server3', 'down', from), change('page', 'server3', 'down', from)]);
    expect(Date.now() - killed).toBeLessThan(NEXT_PROBE_MS);
    expect(down.map(({ reason }) => reason)).toEqual(Array(2).fill('port 8000 refuses connections'));
    await net.lab.startServer('h3');
    await Promise.all([change('web', 'server3', 'up', from), change('page', 'server3', 'up', from)]);
    expect(changes(from).filter(({ service }) => service === 'ping')).toEqual([]);
  });

  it('takes a server out by HTTP whose program hangs, though its port is open', async () => {
    await python('h2', SIGNAL, 'Server 2', '9');
    await Promise.all([change('web', 'server2', 'down', 0), change('page', 'server2', 'down', 0)]);
    const again = changes().length;
    const program = await net.lab.startServer('h2');
    await Promise.all([change('web', 'server2', 'up', again), change('page', 'server2', 'up', again)]);
    const from = changes().length;
    program.kill('SIGSTOP');
    try {
      const { reason } = await change('page', 'server2', 'down', from);
      expect(reason).toBe('2 HTTP probes in a row failed: accepts the connection and sends nothing');
      await sleep(2 * INTERVAL_MS);
      expect(changes(from)).toHaveLength(1);
    } finally {
      // The one that waits for the program stops with it, and goes on with it.
      process.kill(program.pid!, 'SIGCONT');
    }
    await change('page', 'server2', 'up', from);
  });

  it('believes no forged answer from another host, however right its numbers are', async () => {
    const from = changes().length;
    const overheard = net.lab.spawn('h1', ['python3', '-uc', OVERHEAR, 'h1-eth0']);
    const forger = net.lab.spawn('h4', ['python3', '-uc', FORGE, 'h4-eth0', PROBE_MAC, net.lab.nodes.h4!.mac!]);
    let forged = 0;
    createInterface({ input: forger.stdout }).on('line', line => {
      if (line === 'sent') forged += 1;
    });
    createInterface({ input: overheard.stdout }).on('line', line => line !== 'ready' && forger.stdin.write(`${line}\n`));
    try {
      // The host is as good as dead: its link is up, and nobody has its address.
      await net.lab.exec('h1', ['ip', 'addr', 'del', '10.0.0.1/8', 'dev', 'h1-eth0']);
      await Promise.all(['web', 'page', 'ping'].map(service => change(service, 'server1', 'down', from)));
      const before = forged;
      await until('more forged answers', () => forged - before >= 12);
      expect(changes(from)).toHaveLength(3);
      const told = net.controller.of('warning').map(({ message }) => message);
      expect(told.some(line => line.startsWith('web/server1: an answer to a probe came from port 4 of switch'))).toBe(true);
    } finally {
      overheard.kill('SIGKILL');
      forger.kill('SIGKILL');
    }
    await net.lab.exec('h1', ['ip', 'addr', 'add', '10.0.0.1/8', 'dev', 'h1-eth0']);
    await Promise.all(['web', 'page', 'ping'].map(service => change(service, 'server1', 'up', from)));
  });

  it('finds a server again at once when its cable was out', async () => {
    const from = changes().length;
    await net.lab.link('h1', 's1', 'down');
    const down = await change('web', 'server1', 'down', from);
    expect(down.reason).toMatch(/^its port \d+ went down$/);
    await net.lab.link('h1', 's1', 'up');
    await change('web', 'server1', 'up', from);
  });
});
