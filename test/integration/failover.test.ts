import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../controller/core/config.ts';
import { labs } from '../../topologies/catalogue.ts';
import { type Answer, BalancedLab, sleep, until } from './balanced-lab.ts';

type Service = ConfigInput['services'][number];
type Member = Service['servers'][number];

const WEB = 'http://10.0.0.100/';
/** 60 new connections a second. */
const LOAD = ['--interval', '0.0166', '--parallel', '64', '--timeout', '3'];
const DETECTED_MS = 1500;

let at: BalancedLab;

beforeAll(async () => {
  const health = { interval: '500ms', timeout: '300ms', fall: 2, rise: 2 };
  at = await BalancedLab.start(labs.single, config => ({
    ...config,
    services: config.services.map(service => ({ ...service, health, slowStart: '2s' })),
  }));
});

afterAll(() => at?.stop());

/** Both clients ask again and again for some seconds. */
function load(seconds: number): Promise<Answer[]> {
  return at.ask('h4', WEB, '--count', String(seconds * 60), ...LOAD);
}

const change = (more: Partial<Service>) => (config: ConfigInput) => ({
  ...config,
  services: config.services.map(service => (service.name === 'web' ? { ...service, ...more } : service)),
});
const members = (...all: (Partial<Member> & { name: string; ip: string })[]) => all.map(one => ({ port: 8000, ...one }));
const [one, two, three] = [1, 2, 3].map(number => ({ name: `server${number}`, ip: `10.0.0.${number}` })) as [
  Member,
  Member,
  Member,
];

const wentDown = (name: string) =>
  at.controller.of('server').findLast(({ server, state, service }) => service === 'web' && server === name && state === 'down');
const cameUp = (name: string, after: number) =>
  at.controller
    .of('server')
    .find(({ seq, server, state, service }) => service === 'web' && server === name && state === 'up' && seq > after);
const chosenAfter = (name: string, seq: number) =>
  at.decisions().filter(entry => entry.seq > seq && entry.server.name === name && entry.service === 'web');
const since = (from: number, { time }: { time: string }) => Date.parse(time) - from;
const allUp = () =>
  until('all servers up', async () => {
    const state = new Map(
      at.controller
        .of('server')
        .filter(({ service }) => service === 'web')
        .map(({ server, state }) => [server, state]),
    );
    return [...state.values()].filter(value => value === 'up').length === 3;
  });

describe('servers of a real lab under load', () => {
  test('a host that falls silent is out within 1.5 s, its clients are told, and it comes back by itself', async () => {
    const streams = at.ask('h5', `${WEB}stream?seconds=10&everyMs=200`, '--count', '3', '--parallel', '3', '--timeout', '15');
    await until('three streams', () => at.decisions().filter(({ client }) => client.ip === '10.0.0.5').length === 3);
    const answers = load(8);
    await sleep(1500);
    const silentAt = Date.now();
    await at.lab.exec('h1', ['ip', 'addr', 'flush', 'dev', 'h1-eth0']);
    const down = await until('server1 down', () => wentDown('server1'));
    expect(since(silentAt, down)).toBeLessThan(DETECTED_MS);
    await sleep(1500);
    expect(chosenAfter('server1', down.seq)).toEqual([]);
    const cut = at.ends().filter(({ why }) => why === 'server-down');
    expect(cut.length).toBeGreaterThan(0);
    await at.lab.exec('h1', ['ip', 'addr', 'add', '10.0.0.1/8', 'dev', 'h1-eth0']);
    const up = await until('server1 up', () => cameUp('server1', down.seq));
    const failed = (await answers).filter(({ ok }) => !ok);
    // those that were sent there before it was known
    expect(failed.length).toBeLessThan(60 * (DETECTED_MS / 1000));
    expect(failed.filter(({ error }) => error !== 'refused' && error !== 'reset')).toEqual([]);
    expect(failed.filter(({ ms }) => ms > DETECTED_MS + 300)).toEqual([]);
    await until('its share', () => chosenAfter('server1', up.seq).length > 0);
    const ended = await streams;
    const [cutStream, ...others] = ended.filter(({ error }) => error === 'reset');
    expect(cutStream).toBeDefined();
    const begun = at.decisions().find(({ client }) => client.ip === '10.0.0.5' && client.port === cutStream!.localPort)!;
    expect(Date.parse(begun.time) + cutStream!.ms - silentAt).toBeLessThan(DETECTED_MS + 500);
    expect(others).toEqual([]);
    expect(ended.filter(({ ok }) => ok)).toHaveLength(2);
  });

  test('a link that is cut at the switch is avoided within 100 ms, and used again by degrees when it is back', async () => {
    await allUp();
    const answers = load(6);
    await sleep(1000);
    await at.lab.link('h2', 's1', 'down');
    const cutAt = Date.now();
    await sleep(1000);
    const late = at.decisions().filter(entry => entry.server.name === 'server2' && since(cutAt, entry) > 100);
    expect(late).toEqual([]);
    await at.lab.link('h2', 's1', 'up');
    const joinedAt = Date.now();
    const up = await until('server2 up', () => cameUp('server2', wentDown('server2')!.seq));
    expect(since(joinedAt, up)).toBeLessThan(2000);
    await answers;
    const firstSecond = at.decisions().filter(({ seq, time }) => seq > up.seq && Date.parse(time) - Date.parse(up.time) < 500);
    const share = firstSecond.filter(({ server }) => server.name === 'server2').length / firstSecond.length;
    expect(share).toBeLessThan(0.25);
  });

  test('a server whose program dies is out at once, and no request fails after that', async () => {
    await allUp();
    const [, program] =
      /:\(\("web.py"|pid=(\d+)/.exec((await at.lab.exec('h3', ['ss', '-tlnpH', 'sport', '=', ':8000'])).stdout) ?? [];
    const killedAt = Date.now();
    await at.lab.exec('h3', ['kill', '-9', program!]);
    const down = await until('server3 down', () => wentDown('server3'));
    expect(since(killedAt, down)).toBeLessThan(DETECTED_MS);
    const answers = await load(2);
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    expect(chosenAfter('server3', down.seq)).toEqual([]);
    await at.lab.startServer('h3');
    await until('server3 up', () => cameUp('server3', down.seq));
  });

  test('drain loses no request, and ends with no connection', async () => {
    await allUp();
    const answers = load(5);
    await sleep(1000);
    await at.configure(change({ servers: members(one, { ...two, state: 'drain' }, three) }));
    const { seq } = at.controller.of('config').at(-1)!;
    expect((await answers).filter(({ ok }) => !ok)).toEqual([]);
    expect(chosenAfter('server2', seq)).toEqual([]);
    await until('no flow of server2', async () => !(await at.connectionFlows()).some(flow => flow.includes('=10.0.0.2')), 20_000);
    await at.configure(change({ servers: members(one, two, three) }));
  });

  test('servers come, go and change their weight while requests go on: none fails', async () => {
    await allUp();
    const answers = load(8);
    for (const servers of [
      members(one, three),
      members(one, three, { ...two, weight: 3 }),
      members({ ...one, weight: 5 }, two, three),
      members(one, two, three),
    ]) {
      await sleep(800);
      await at.configure(change({ servers, strategy: 'weighted-round-robin' }));
    }
    expect((await answers).filter(({ ok }) => !ok)).toEqual([]);
    await at.configure(change({ servers: members(one, two, three), strategy: 'round-robin' }));
  });

  test('a configuration that is wrong is refused with its place, and the old one goes on', async () => {
    const good = (config: ConfigInput) => config;
    await at.configure(config => ({
      ...config,
      services: config.services.map(service => ({ ...service, strategy: 'nonsense' })),
    }));
    const refused = at.controller.of('config').at(-1)!;
    expect(refused.state).toBe('refused');
    expect(refused.changes[0]).toMatch(/vipflow\.yaml:\d+:\d+: services\.0\.strategy: unknown strategy "nonsense"/);
    expect((await at.ask('h4', WEB, '--count', '3')).every(({ ok }) => ok)).toBe(true);
    await at.configure(config =>
      good({ ...config, services: config.services.map(service => ({ ...service, strategy: 'round-robin' })) }),
    );
  });

  test('SIGHUP takes the file anew', async () => {
    void at.controller.kill('SIGHUP');
    const taken = await until('a reload', () => at.controller.of('config').find(({ source }) => source === 'SIGHUP'));
    expect(taken.state).toBe('applied');
    expect((await at.ask('h4', WEB, '--count', '3')).every(({ ok }) => ok)).toBe(true);
  });

  test('with no server left clients are refused at once, and service returns by itself', async () => {
    await allUp();
    const { seq } = at.controller.of('config').at(-1)!;
    for (const host of ['h1', 'h2', 'h3']) await at.lab.link(host, 's1', 'down');
    await until('web down', () =>
      at.controller.of('service').some(entry => entry.seq > seq && entry.service === 'web' && entry.state === 'down'),
    );
    const refused = await at.ask('h4', WEB, '--count', '5');
    expect(refused.map(({ error }) => error)).toEqual(Array(5).fill('refused'));
    expect(Math.max(...refused.map(({ ms }) => ms))).toBeLessThan(300);
    for (const host of ['h1', 'h2', 'h3']) await at.lab.link(host, 's1', 'up');
    await until('web up', () =>
      at.controller.of('service').some(entry => entry.seq > seq && entry.service === 'web' && entry.state === 'up'),
    );
    await until('answers', async () => (await at.ask('h4', WEB, '--count', '1')).every(({ ok }) => ok));
  });
});
