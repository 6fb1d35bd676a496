import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labs } from '../../topologies/catalogue.ts';
import { serverProgram } from '../../topologies/programs.ts';
import { BalancedLab, sleep, until } from './balanced-lab.ts';

const python = '/usr/bin/python3';
const WEB = 'http://10.0.0.100/';
/** A service whose only server is the one that moves. */
const SOLO = 'http://10.0.0.101/';
const SERVER_MAC = '00:00:00:00:00:01';
const CLIENT_MAC = '00:00:00:00:00:04';
const OTHER_MAC = '02:00:00:00:00:99';
const VIP_MAC = '02:56:0a:00:00:64';
/** A server is found at another port after this time. */
const SERVER_MOVED_MS = 3000;
/** A client that speaks is answered at another port after this time. */
const CLIENT_MOVED_MS = 1000;
/** Frames that may go everywhere while nobody can know better. */
const HANDFUL = 5;

let net: BalancedLab;

beforeEach(async () => {
  net = await BalancedLab.start(labs.single, config => {
    const health = { interval: '500ms', timeout: '300ms', fall: 2, rise: 2 };
    const [web, ...others] = config.services.map(service => ({ ...service, health }));
    const solo = { ...web!, name: 'solo', vip: '10.0.0.101', servers: web!.servers.slice(0, 1) };
    return { ...config, services: [web!, ...others, solo] };
  });
});
afterEach(() => net?.stop());

const warnings = () => net.controller.of('warning').map(({ message }) => message);

/** A script in a host's network, which has to work. */
async function run(host: string, script: string): Promise<void> {
  const { code, stderr } = await net.lab.exec(host, ['sh', '-ec', script]);
  if (code !== 0) throw new Error(`${host}: ${stderr}`);
}

/** Sends a frame of an experimental type (IEEE 802) under somebody else's address, again and again. */
const UNDER_ANOTHER_NAME = `
import socket, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((sys.argv[1], 0))
print('ready', flush=True)
while True:
    s.send(b'\\xff' * 6 + bytes.fromhex(sys.argv[2].replace(':', '')) + b'\\x88\\xb5' + bytes(46))
    time.sleep(0.05)
`;

describe('the place of a server', () => {
  it('is not taken by another host that sends frames under its address', async () => {
    const forger = net.lab.spawn('h5', [python, '-uc', UNDER_ANOTHER_NAME, 'h5-eth0', SERVER_MAC]);
    await once(forger.stdout, 'data');
    await sleep(200);
    const answers = await net.ask('h4', WEB, '--count', '20', '--interval', '0.05', '--timeout', '2');
    forger.kill('SIGKILL');
    expect(answers.filter(({ ok, ms }) => !ok || ms > 500)).toEqual([]);
    expect(answers).toHaveLength(20);
    for (const { localPort, body } of answers) {
      const decided = net.decisions().findLast(({ client }) => client.ip === '10.0.0.4' && client.port === localPort);
      expect(decided!.server.name.replace('server', 'Server ')).toBe(body);
    }
    expect(answers.filter(({ body }) => body === 'Server 1').length).toBeGreaterThanOrEqual(6);
    const told = warnings().filter(text => text.includes(SERVER_MAC) || text.includes('server1'));
    expect(told.length, `of ${JSON.stringify(warnings())}`).toBeGreaterThan(0);
    expect(net.controller.of('server').filter(({ state }) => state === 'down')).toEqual([]);
  });

  /** The host of the server falls silent while its port stays up; nothing it still sends is under its old addresses. */
  const silence = (host: string) =>
    run(
      host,
      `echo 1 >/proc/sys/net/ipv6/conf/${host}-eth0/disable_ipv6
       ip addr flush dev ${host}-eth0
       ip link set ${host}-eth0 address ${OTHER_MAC}`,
    );

  it.each([
    ['when its old port goes down', () => net.lab.link('h1', 's1', 'down'), false],
    ['when its old port stays up, and it announces itself at the new one', () => silence('h1'), true],
    ['when its old port stays up, and it says nothing by itself', () => silence('h1'), false],
  ] as const)('is another port within 3 s %s', async (_, leave, isAnnounced) => {
    const before = await net.ask('h4', SOLO, '--count', '2', '--timeout', '1');
    expect(before.map(({ body }) => body)).toEqual(['Server 1', 'Server 1']);
    // The host behind the other port has its program running already: it needs the addresses alone.
    const page = serverProgram({ name: 'h5', ip: '10.0.0.1', role: 'server', page: 'Server 1 moved', http: 8000, udp: 9000 });
    await once(net.lab.spawn('h5', page).stdout, 'data');
    await run(
      'h5',
      `echo 1 >/proc/sys/net/ipv6/conf/h5-eth0/disable_ipv6
       echo ${isAnnounced ? 1 : 0} >/proc/sys/net/ipv4/conf/h5-eth0/arp_notify
       ip addr flush dev h5-eth0`,
    );
    await leave();
    // Linux announces an address when the MAC address under it changes.
    await run('h5', `ip addr add 10.0.0.1/8 dev h5-eth0; ip link set h5-eth0 address ${SERVER_MAC}`);
    const moved = async () => {
      const [answer] = await net.ask('h4', SOLO, '--count', '1', '--timeout', '0.4');
      return answer?.ok && answer.body === 'Server 1 moved';
    };
    const movedAt = Date.now();
    await until('an answer from its new place', moved, SERVER_MOVED_MS);
    // It stays in use there, and is not called down for answering probes at another port than before.
    await sleep(movedAt + SERVER_MOVED_MS - Date.now());
    const after = await net.ask('h4', SOLO, '--count', '6', '--interval', '0.4', '--timeout', '1');
    expect(after.map(({ body }) => body)).toEqual(Array(6).fill('Server 1 moved'));
  });
});

/** Sends back what it gets. */
const ECHO = `
import socketserver, sys
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(4096):
            self.request.sendall(data)
socketserver.ThreadingTCPServer.allow_reuse_address = True
server = socketserver.ThreadingTCPServer(('', int(sys.argv[1])), Echo)
print('ready', flush=True)
server.serve_forever()
`;

/** Sends a number every 50 ms and prints when each came back, in ms since the epoch; at the end why it ended. */
const TALK = `
import json, socket, sys, threading, time
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
s.settimeout(5)
def talk():
    for n in range(int(float(sys.argv[3]) / 0.05)):
        s.sendall(b'%d\\n' % n)
        time.sleep(0.05)
    s.shutdown(socket.SHUT_WR)
threading.Thread(target=talk, daemon=True).start()
end = 'done'
try:
    for line in s.makefile('rb'):
        print(json.dumps({'n': int(line), 'at': time.time() * 1000}), flush=True)
except OSError as error:
    end = str(error)
print(json.dumps({'end': end}), flush=True)
`;

interface Talk {
  /** What came back so far, and when. */
  readonly echoes: { readonly n: number; readonly at: number }[];
  readonly ended: Promise<string>;
}

function talk(host: string, ip: string, port: number, seconds: number): Talk {
  const program = net.lab.spawn(host, [python, '-uc', TALK, ip, `${port}`, `${seconds}`]);
  const echoes: { n: number; at: number }[] = [];
  const ended = new Promise<string>(resolve => {
    let words = '';
    program.stderr.on('data', chunk => {
      words += chunk;
    });
    createInterface({ input: program.stdout }).on('line', line => {
      const told = JSON.parse(line) as { n: number; at: number } & { end?: string };
      if (told.end === undefined) echoes.push(told);
      else resolve(told.end);
    });
    program.on('close', () => resolve(`ended without a word: ${words}`));
  });
  return { echoes, ended };
}

describe('a client that moves to another port in the middle of its connections', () => {
  const addEcho = async () => {
    await once(net.lab.spawn('h2', [python, '-uc', ECHO, '7000']).stdout, 'data');
    const echo = { name: 'talk', vip: '10.0.0.100', port: 7, servers: [{ name: 'server2', ip: '10.0.0.2', port: 7000 }] };
    await net.configure(config => ({ ...config, services: [...config.services, { ...config.services[0]!, ...echo }] }));
    await until('the echo server', () => net.controller.of('server').some(({ service }) => service === 'talk'));
  };

  /** Its cable is pulled out of one port and put into another one. */
  const replug = async () => {
    await net.lab.vsctl(['del-port', 's1', 's1-eth4']);
    await net.lab.vsctl(['add-port', 's1', 's1-eth4', '--', 'set', 'interface', 's1-eth4', 'ofport_request=14']);
  };

  /** It has another port ready, where nobody has heard of it: nothing but the addresses moves, and the old port stays up. */
  const prepare = async () => {
    await run(
      'h4',
      `ip link add h4-eth1 address ${OTHER_MAC} type veth peer name s1-eth14 netns 1
       ethtool -K h4-eth1 tx off >/dev/null
       for name in h4-eth0 h4-eth1; do echo 1 >/proc/sys/net/ipv6/conf/$name/disable_ipv6; done
       ip link set h4-eth1 up`,
    );
    await run('s1', 'ip link set s1-eth14 up');
    await net.lab.vsctl(['add-port', 's1', 's1-eth14', '--', 'set', 'interface', 's1-eth14', 'ofport_request=14']);
  };
  const moveAddresses = () =>
    run(
      'h4',
      `ip addr flush dev h4-eth0
       ip link set h4-eth0 address 02:00:00:00:00:98
       ip link set h4-eth1 address ${CLIENT_MAC}
       ip addr add 10.0.0.4/8 dev h4-eth1
       ip neigh replace 10.0.0.100 lladdr ${VIP_MAC} dev h4-eth1 nud permanent`,
    );

  it.each([
    ['its cable is put into another port', async () => {}, replug],
    ['the old port stays up', prepare, moveAddresses],
  ] as const)('is answered there within 1 s of its first packet, and there alone: %s', async (_, before, move) => {
    await addEcho();
    await before();
    const seen = await net.capture('h5', 'tcp and host 10.0.0.4');
    const download = net.ask('h4', `${WEB}stream?seconds=8&everyMs=50`, '--count', '1', '--timeout', '6');
    const { echoes, ended } = talk('h4', '10.0.0.100', 7, 7);
    await until('both connections', () => echoes.length > 10 && net.decisions().some(({ service }) => service === 'web'));
    await sleep(500);
    expect(seen.lines.length, seen.lines.at(-1)).toBeLessThanOrEqual(HANDFUL);
    await move();
    const movedAt = Date.now();
    expect(await net.lab.vsctl(['get', 'interface', move === replug ? 's1-eth4' : 's1-eth14', 'ofport'])).toBe('14\n');
    await until('an answer at the new port', () => echoes.some(({ at }) => at > movedAt), 6000);
    expect(echoes.find(({ at }) => at > movedAt)!.at - movedAt).toBeLessThan(CLIENT_MOVED_MS);
    await sleep(movedAt + CLIENT_MOVED_MS - Date.now());
    const settled = seen.lines.length;
    expect(await ended).toBe('done');
    expect(echoes.map(({ n }) => n)).toEqual(echoes.map((_, n) => n));
    expect(await download).toMatchObject([{ ok: true, status: 200, error: null }]);
    // Neither of the two is flooded from then on: 50 frames a second are.
    expect(seen.lines.length - settled, seen.lines.at(-1)).toBeLessThanOrEqual(HANDFUL);
    expect(net.controller.of('server').filter(({ state }) => state === 'down')).toEqual([]);
  });
});
