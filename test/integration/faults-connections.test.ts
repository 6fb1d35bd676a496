import { afterEach, describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../controller/core/config.ts';
import { labs } from '../../topologies/catalogue.ts';
import { BalancedLab, sleep, until } from './balanced-lab.ts';

type Service = ConfigInput['services'][number];
type Member = Service['servers'][number];

/** A server that died is known to be dead, and its clients are told, after this time. */
const TOLD_MS = 3000;

let net: BalancedLab;

afterEach(() => net?.stop());

const members = (...numbers: number[]): Member[] =>
  numbers.map(number => ({ name: `server${number}`, ip: `10.0.0.${number}`, port: 8000 }));
const decisionsOf = (service: string) => net.decisions().filter(entry => entry.service === service);
const connections = async () =>
  ((await (await net.rest('/api/v1/connections')).json()) as { total: number; items: unknown[] }) ?? {};

describe('two services with a common server, and a client that takes the same port for both', () => {
  const FIRST = 'http://10.0.0.101/';
  const SECOND = 'http://10.0.0.102/';
  const PORT = 42_000;
  const SECONDS = 4;

  /** Two services with these servers each; a connection is forgotten 2 s after its end. */
  async function start(first: Member[], second: Member[]): Promise<void> {
    net = await BalancedLab.start(labs.single, config => {
      const base = { ...config.services[0]!, finTimeout: '2s' };
      return {
        ...config,
        services: [
          { ...base, name: 'first', vip: '10.0.0.101', servers: first },
          { ...base, name: 'second', vip: '10.0.0.102', servers: second },
        ],
      };
    });
  }

  /** The older connection, which gets data all the time. */
  async function older(): Promise<() => Promise<void>> {
    const url = `${FIRST}stream?seconds=${SECONDS}&everyMs=50`;
    const download = net.ask('h4', url, '--source-port', `${PORT}`, '--count', '1', '--timeout', '3');
    await until('the older connection', () => decisionsOf('first').length > 0);
    await sleep(700);
    return async () => {
      const [whole] = await download;
      expect(whole).toMatchObject({ ok: true, status: 200, error: null, localPort: PORT });
      expect(whole!.ms).toBeLessThan(SECONDS * 1000 + 500);
      expect(whole!.body.split('\n').length).toBeGreaterThan(SECONDS * 15);
    };
  }

  const newer = async (count: number) => {
    const answers = [];
    // One after the other: each is closed, and its port free again, before the next one begins.
    for (let i = 0; i < count; i++) {
      const [answer] = await net.ask('h4', SECOND, '--source-port', `${PORT}`, '--count', '1', '--timeout', '2');
      answers.push(answer!);
      await sleep(200);
    }
    return answers;
  };

  async function expectNothingLeft(): Promise<void> {
    // Two seconds of silence, as exact as the switch's clock, and the time in which the directions report.
    await net.quiet('s1', 8000);
    await until('no record of a connection', async () => (await connections()).total === 0, 3000);
    expect(await connections()).toMatchObject({ total: 0, items: [] });
    // The end of the older one, and one end of each.
    expect(net.ends().find(({ of }) => of === decisionsOf('first')[0]!.seq)).toMatchObject({ why: 'fin' });
    expect(
      net
        .ends()
        .map(({ of }) => of)
        .toSorted((a, b) => a - b),
    ).toEqual(net.decisions().map(({ seq }) => seq));
  }

  it('the newer connection goes to another server, and the older one is not harmed', async () => {
    await start(members(1, 2), members(1, 2));
    const survives = await older();
    const taken = decisionsOf('first')[0]!.server.name;
    // It is that server's turn for the newer service, too; the second time the port has just been used and closed.
    const answers = await newer(2);
    const free = taken === 'server1' ? 'Server 2' : 'Server 1';
    expect(answers.map(({ body, error }) => ({ body, error }))).toEqual(Array(2).fill({ body: free, error: null }));
    expect(answers.filter(({ ms }) => ms > 500)).toEqual([]);
    await survives();
    expect(net.controller.of('refused')).toEqual([]);
    await expectNothingLeft();
  });

  it('the newer connection is refused at once where only that server is left, and the log says why', async () => {
    await start(members(3), members(3));
    const survives = await older();
    const [refused] = await newer(1);
    expect(refused).toMatchObject({ ok: false, error: 'refused' });
    expect(refused!.ms).toBeLessThan(500);
    expect(net.controller.of('refused')).toMatchObject([
      {
        service: 'second',
        client: { ip: '10.0.0.4', port: PORT },
        vip: { ip: '10.0.0.102', port: 80 },
        reason: { rule: expect.stringMatching(/\bin use\b/), servers: [{ name: 'server3' }] },
      },
    ]);
    await survives();
    await expectNothingLeft();
    // Now that the older one has ended, its addresses are free for the other service.
    expect(await newer(1)).toMatchObject([{ ok: true, body: 'Server 3' }]);
    await expectNothingLeft();
  });
});

describe('a server that left the configuration and dies while it still has connections', () => {
  const WEB = 'http://10.0.0.100/';
  const UDP_PORTS = [43_000, 43_001, 43_002];

  /** Takes a server out of both services; its connections stay. */
  const byRest = async (name: string) => {
    for (const service of ['web', 'echo'])
      expect((await net.rest(`/api/v1/services/${service}/servers/${name}`, 'DELETE')).status).toBe(204);
  };
  const byFile = (name: string) =>
    net.configure(config => ({
      ...config,
      services: config.services.map(service => ({
        ...service,
        servers: service.servers.filter(server => server.name !== name),
      })),
    }));
  const andBack = async (name: string) => {
    const { seq } = net.controller.log.at(-1)!;
    await byRest(name);
    await sleep(300);
    const ip = name.replace('server', '10.0.0.');
    for (const [service, port] of [
      ['web', 8000],
      ['echo', 9000],
    ] as const)
      expect((await net.rest(`/api/v1/services/${service}/servers`, 'POST', { name, ip, port })).status).toBe(201);
    const isBack = (service: string) =>
      net.controller.of('server').some(line => line.seq > seq && line.service === service && line.server === name);
    await until('it is up again', () => isBack('web') && isBack('echo'), 5000);
  };

  const cable = (host: string) => net.lab.link(host, 's1', 'down');
  const silence = (host: string) => net.lab.exec(host, ['ip', 'addr', 'flush', 'dev', `${host}-eth0`]);

  it.each([
    ['removed by REST, then its cable is out', byRest, cable],
    ['removed by REST, then it is silent', byRest, silence],
    ['removed from the file, then it is silent', byFile, silence],
    ['removed and added again, then it is silent', andBack, silence],
  ] as const)('leaves no client hanging: %s', async (_, leave, die) => {
    net = await BalancedLab.start(labs.single, config => {
      const health = { interval: '500ms', timeout: '300ms', fall: 2, rise: 2 };
      return { ...config, services: config.services.map(service => ({ ...service, health })) };
    });
    const download = net.ask('h4', `${WEB}stream?seconds=12&everyMs=100`, '--count', '1', '--timeout', '6');
    await until('the download', () => decisionsOf('web').length > 0);
    const begun = decisionsOf('web')[0]!;
    const { name } = begun.server;
    const host = name.replace('server', 'h');
    const page = name.replace('server', 'Server ');
    const datagram = async (port: number) => {
      const [answer] = await net.ask(
        'h5',
        '--udp',
        '10.0.0.100:53',
        '--source-port',
        `${port}`,
        '--count',
        '1',
        '--timeout',
        '0.3',
      );
      return answer!.body.slice(0, page.length);
    };
    let client = 0;
    for (const port of UDP_PORTS) if ((await datagram(port)) === page) client = port;
    expect(client, 'a UDP client of the same server').toBeGreaterThan(0);

    await leave(name);
    // It has left, and those that it serves do not notice.
    expect(await datagram(client)).toBe(page);
    await sleep(1000);
    expect(net.ends().filter(({ of }) => of === begun.seq)).toEqual([]);
    const diedAt = Date.now();
    await die(host);

    const another = async () => {
      const body = await datagram(client);
      return body !== '' && body !== page;
    };
    await until('another server for the UDP client', another, TOLD_MS);
    const [cut] = await download;
    expect(cut).toMatchObject({ ok: false, error: 'reset' });
    expect(Date.parse(begun.time) + cut!.ms - diedAt).toBeLessThan(TOLD_MS);
    await until('the end of the download', () => net.ends().find(({ of }) => of === begun.seq), 3000);
    expect(net.ends().find(({ of }) => of === begun.seq)).toMatchObject({ server: name, why: 'server-down' });
  });
});
