import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { labs } from '../../topologies/catalogue.ts';
import { type Answer, BalancedLab, sleep, until } from './balanced-lab.ts';

/** Below the first retransmission of a SYN (1 s) by a wide margin. */
const SLOW_MS = 500;
const URL = 'http://10.0.0.100/';

function shares(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { body } of answers) counts[body] = (counts[body] ?? 0) + 1;
  return counts;
}

/** The rounds in the cookies of flows, as `dump-flows` writes them. */
function rounds(flows: readonly string[]): Set<string> {
  return new Set(flows.map(line => /cookie=0x76([0-9a-f]{2})/.exec(line)![1]!));
}

function expectFast(answers: readonly Answer[], count: number): void {
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  expect(answers).toHaveLength(count);
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(SLOW_MS);
}

describe('round robin on real Open vSwitch', () => {
  let net: BalancedLab;

  beforeAll(async () => {
    net = await BalancedLab.start(labs.single);
  });
  afterAll(() => net?.stop());

  /** Each page is the one of the server that the log names for that client and port. */
  function expectLogAgrees(client: string, answers: readonly Answer[], from: number): void {
    const decisions = net
      .decisions()
      .slice(from)
      .filter(entry => entry.client.ip === client);
    for (const { localPort, body } of answers) {
      const decided = decisions.filter(entry => entry.client.port === localPort).at(-1);
      expect(body.split('\n')[0]).toContain(decided!.server.name.replace('server', 'Server '));
    }
    expect(decisions).toHaveLength(answers.length);
  }

  it('answers 30 new connections of two clients 10/10/10, none of them slow, as the log says', async () => {
    const from = net.decisions().length;
    const h4 = await net.ask('h4', URL, '--count', '15');
    const h5 = await net.ask('h5', URL, '--count', '15');
    expectFast([...h4, ...h5], 30);
    expect(shares([...h4, ...h5])).toEqual({ 'Server 1': 10, 'Server 2': 10, 'Server 3': 10 });
    expectLogAgrees('10.0.0.4', h4, from);
    expectLogAgrees('10.0.0.5', h5, from);
  });

  it('tells two clients with the same source ports apart', async () => {
    const from = net.decisions().length;
    const [h4, h5] = await Promise.all(['h4', 'h5'].map(host => net.ask(host, URL, '--count', '15', '--source-port', '41000')));
    expectFast([...h4!, ...h5!], 30);
    expect(shares([...h4!, ...h5!])).toEqual({ 'Server 1': 10, 'Server 2': 10, 'Server 3': 10 });
    expectLogAgrees('10.0.0.4', h4!, from);
    expectLogAgrees('10.0.0.5', h5!, from);
  });

  it('balances UDP', async () => {
    const from = net.decisions().length;
    const [h4, h5] = await Promise.all(['h4', 'h5'].map(host => net.ask(host, '--udp', '10.0.0.100:53', '--count', '15')));
    expectFast([...h4!, ...h5!], 30);
    const pages = [...h4!, ...h5!].map(answer => ({ ...answer, body: answer.body.split(/[\n,]/)[0]!.slice(0, 8) }));
    expect(shares(pages)).toEqual({ 'Server 1': 10, 'Server 2': 10, 'Server 3': 10 });
    expectLogAgrees('10.0.0.4', h4!, from);
  });

  it('answers 20 connections at once', async () => {
    const from = net.decisions().length;
    const answers = await net.ask('h4', URL, '--count', '20', '--parallel', '20');
    expectFast(answers, 20);
    expect(Object.values(shares(answers)).toSorted()).toEqual([6, 7, 7]);
    expectLogAgrees('10.0.0.4', answers, from);
  });

  it('answers 200 short connections in a row: none reset, none slow', async () => {
    const from = net.decisions().length;
    const answers = await net.ask('h5', URL, '--count', '200');
    expectFast(answers, 200);
    expectLogAgrees('10.0.0.5', answers, from);
  });

  it('leaves direct traffic to a server alone, before, between and after balanced connections', async () => {
    for (let round = 0; round < 10; round++) {
      for (const server of [1, 2, 3]) {
        // Not by a port of a balanced connection that has just closed: that is a limit (docs/decisions.md).
        const port = 20_000 + 3 * round + server;
        const direct = await net.ask('h4', `http://10.0.0.${server}:8000/`, '--count', '1', '--source-port', String(port));
        expectFast(direct, 1);
        expect(direct[0]!.body).toBe(`Server ${server}`);
      }
      expectFast(await net.ask('h4', URL, '--count', '3'), 3);
    }
  });

  it('lets all hosts ping each other, and the VIP', async () => {
    const hosts = ['h1', 'h2', 'h3', 'h4', 'h5'];
    const pings = hosts.flatMap(from => [1, 2, 3, 4, 5].map(to => [from, `10.0.0.${to}`] as const));
    const results = await Promise.all(
      [...pings, ['h4', '10.0.0.100'] as const].map(async ([from, to]) => {
        const { code } = await net.lab.exec(from, ['ping', '-c', '2', '-W', '2', '-i', '0.3', to], { timeoutMs: 20_000 });
        return code === 0 ? undefined : `${from} ${to}`;
      }),
    );
    expect(results.filter(Boolean)).toEqual([]);
  });

  it('refuses another port of the VIP at once', async () => {
    const [tcp] = await net.ask('h4', 'http://10.0.0.100:81/', '--count', '1');
    expect(tcp).toMatchObject({ ok: false, error: 'refused' });
    expect(tcp!.ms).toBeLessThan(SLOW_MS);
    const [udp] = await net.ask('h4', '--udp', '10.0.0.100:54', '--count', '1');
    expect(udp).toMatchObject({ ok: false, error: 'refused' });
  });

  it('shows the server the client, and the client nothing but the VIP', async () => {
    const [answer] = await net.ask('h4', `${URL}client`, '--count', '1');
    expect(answer!.body).toContain('10.0.0.4');
    const capture = net.lab.spawn('h4', [
      'tcpdump',
      '-l',
      '-e',
      '-n',
      '-c',
      '8',
      '-i',
      'h4-eth0',
      'tcp and host 10.0.0.100 or (tcp and src net 10.0.0.0/30)',
    ]);
    let seen = '';
    capture.stdout.on('data', chunk => {
      seen += chunk;
    });
    await new Promise<void>(resolve => capture.stderr.on('data', chunk => String(chunk).includes('listening') && resolve()));
    await net.ask('h4', URL, '--count', '3');
    await until('packets captured', () => seen.split('\n').length > 8);
    const servers = [1, 2, 3].map(n => net.lab.nodes[`h${n}`]!.mac!.toLowerCase());
    for (const line of seen.split('\n').filter(line => line !== '')) {
      expect(
        servers.some(mac => line.includes(mac)),
        line,
      ).toBe(false);
      expect(line).not.toMatch(/10\.0\.0\.[123]\./);
    }
  });

  it('sends each choice and each end to any WebSocket client, flows included', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${net.httpPort}/flows`);
    const lines: { type: string; seq: number; of?: number }[] = [];
    socket.on('message', data => lines.push(JSON.parse(String(data))));
    await new Promise(resolve => socket.on('open', resolve));
    const [answer] = await net.ask('h4', URL, '--count', '1');
    const decision = await until('the decision', () => lines.find(({ type }) => type === 'decision'));
    expect(decision).toMatchObject({
      v: 1,
      service: 'web',
      dpid: '0000000000000001',
      protocol: 'tcp',
      client: { ip: '10.0.0.4', port: answer!.localPort },
      vip: { ip: '10.0.0.100', port: 80 },
      strategy: 'round-robin',
      reason: { rule: 'next in turn' },
      flows: [
        { table: 1, priority: 400 },
        { table: 1, priority: 400 },
      ],
    });
    const end = await until('its end', () => lines.find(({ type, of }) => type === 'end' && of === decision.seq), 30_000);
    expect(end).toMatchObject({ why: 'fin', packets: { in: expect.any(Number), out: expect.any(Number) } });
    socket.close();
  });

  it('answers 3000 connections, 50 at a time, though the client takes its ports again: none reset, none slow, each in the log', async () => {
    const from = net.decisions().length;
    const answers = await net.ask('h4', URL, '--count', '3000', '--parallel', '50');
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    // 50 at a time wait for each other; a lost handshake costs a second
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(1000);
    expect(net.decisions().length - from).toBe(3000);
  });

  it('has no connection flow left when all connections have ended', async () => {
    await net.quiet();
    const base = await net.flows();
    await net.ask('h4', URL, '--count', '10');
    await net.ask('h4', '--udp', '10.0.0.100:53', '--count', '3');
    expect((await net.connectionFlows()).length).toBe(26);
    await net.quiet();
    expect((await net.flows()).length).toBe(base.length);
    await until('an end for each decision', () => net.ends().length === net.decisions().length);
    const ends = net.ends();
    expect(new Set(ends.map(({ of }) => of)).size).toBe(ends.length);
    expect(ends.filter(({ bytes, packets }) => bytes.in <= 0 || bytes.out <= 0 || packets.in <= 0)).toEqual([]);
  });

  it('keeps what the switch refused out of the log: nothing was', () => {
    expect(net.controller.of('warning')).toEqual([]);
  });
});

describe('servers that are not there', () => {
  it('are not chosen when they never answered ARP, and with none left the client is reset at once and the log says why', async () => {
    const net = await BalancedLab.start(labs.single, config => ({
      ...config,
      services: [
        { ...config.services[0]!, servers: [...config.services[0]!.servers, { name: 'ghost', ip: '10.0.0.77', port: 8000 }] },
        ...config.services.slice(1),
        { name: 'nobody', vip: '10.0.0.101', port: 80, servers: [{ name: 'ghost', ip: '10.0.0.77', port: 8000 }] },
      ],
    }));
    try {
      const answers = await net.ask('h4', URL, '--count', '9');
      expectFast(answers, 9);
      expect(shares(answers)).toEqual({ 'Server 1': 3, 'Server 2': 3, 'Server 3': 3 });
      const [refused] = await net.ask('h4', 'http://10.0.0.101/', '--count', '1');
      expect(refused).toMatchObject({ ok: false, error: 'refused' });
      expect(refused!.ms).toBeLessThan(SLOW_MS);
      expect(net.controller.of('refused')).toMatchObject([
        {
          service: 'nobody',
          client: { ip: '10.0.0.4' },
          reason: { rule: 'no server is up', servers: [{ name: 'ghost', state: 'unknown: has not answered yet' }] },
        },
      ]);
      await net.lab.link('h1', 's1', 'down');
      await until('server1 down', () =>
        net.controller.of('server').some(({ server, state }) => server === 'server1' && state === 'down'),
      );
      expect(shares(await net.ask('h4', URL, '--count', '6'))).toEqual({ 'Server 2': 3, 'Server 3': 3 });
    } finally {
      await net.stop();
    }
  });
});

describe('a controller that is killed', () => {
  it('is missed by no living connection, and balances new ones when it is back', async () => {
    const net = await BalancedLab.start(labs.single);
    try {
      const living = net.ask('h4', `${URL}stream?seconds=12&everyMs=200`, '--count', '1', '--timeout', '30');
      await until('the long connection', () => net.decisions().length > 0);
      await sleep(1000);
      await net.controller.kill('SIGKILL');
      await sleep(2000);
      expect((await net.connectionFlows()).length).toBe(2);
      net.restart();
      await net.serversUp();
      expect(net.controller.of('adopted')).toMatchObject([{ client: { ip: '10.0.0.4' }, service: 'web' }]);
      const fresh = await net.ask('h5', URL, '--count', '9');
      expectFast(fresh, 9);
      expect(shares(fresh)).toEqual({ 'Server 1': 3, 'Server 2': 3, 'Server 3': 3 });
      expect(rounds(await net.connectionFlows())).toEqual(new Set(['00', '01']));
      const [survived] = await living;
      expect(survived).toMatchObject({ ok: true, status: 200 });
      await net.quiet();
      // What should be there was right already, and was left alone.
      expect(rounds(await net.flows())).toEqual(new Set(['00']));
      await until('the end of the adopted connection', () =>
        net.ends().some(({ of }) => of === net.controller.of('adopted')[0]!.seq),
      );
    } finally {
      await net.stop();
    }
  });
});

describe('several switches', () => {
  it('balance each at the edge of its own clients, servers on either side', async () => {
    const net = await BalancedLab.start(labs.linear);
    try {
      for (const client of ['h4', 'h5']) {
        const answers = await net.ask(client, URL, '--count', '9');
        expectFast(answers, 9);
        expect(shares(answers)).toEqual({ 'Server 1': 3, 'Server 2': 3, 'Server 3': 3 });
      }
      expect(new Set(net.decisions().map(({ dpid }) => dpid))).toEqual(new Set(['0000000000000001']));
      expect(await net.connectionFlows('s2')).toEqual([]);
      const [fromServer] = await net.ask('h2', URL, '--count', '1');
      expect(fromServer).toMatchObject({ ok: true });
      expect(net.decisions().at(-1)!.dpid).toBe('0000000000000002');
    } finally {
      await net.stop();
    }
  });
});
