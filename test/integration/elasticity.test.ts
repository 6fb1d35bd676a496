import { afterEach, expect, test } from 'vitest';
import type { ConfigInput } from '../../controller/core/config.ts';
import { labs } from '../../topologies/catalogue.ts';
import { type Answer, BalancedLab, until } from './balanced-lab.ts';

type Service = ConfigInput['services'][number];

const WEB = 'http://10.0.0.100/';
const rules = { up: { connections: 4 }, down: { connections: 1.5 }, for: '1s', coolDown: '2s' };

let at: BalancedLab | undefined;

afterEach(() => at?.stop());

async function lab(more: (listen: { http: number }) => Partial<Service>): Promise<BalancedLab> {
  return BalancedLab.start(labs.single, config => {
    const http = Number(/:(\d+)$/.exec(config.listen!.http!)![1]);
    const web = { ...config.services[0]!, strategy: 'least-connections', slowStart: '0s', ...more({ http }) };
    return { ...config, services: [web] };
  });
}

/** So many connections that stay open for so long, one every 100 ms. */
function streams(net: BalancedLab, count: number, seconds: number): Promise<Answer[]> {
  const url = `${WEB}stream?seconds=${seconds}&everyMs=200`;
  return net.ask('h4', url, '--count', String(count), '--parallel', String(count), '--interval', '0.1', '--timeout', '20');
}

const changes = (net: BalancedLab) =>
  net.controller.of('config').flatMap(entry => entry.changes.map(text => ({ ...entry, text })));
const sawChange = (net: BalancedLab, text: string) => until(text, () => changes(net).find(change => change.text === text));

test('a spare joins within the time of its rule when the load doubles, drains and leaves when it falls, and nothing is lost', async () => {
  const servers = [1, 2, 3].map(number => ({ name: `server${number}`, ip: `10.0.0.${number}`, port: 8000 }));
  const spare = { ...servers[2]!, state: 'standby' as const };
  at = await lab(() => ({ servers: [servers[0]!, servers[1]!, spare], elasticity: rules }));
  const begun = Date.now();
  const load = streams(at, 36, 4);
  const joined = await sawChange(at, 'web/server3: state standby -> ready');
  // the ninth connection makes more than 4 a server: 0.9 s of connections, 1 s of the rule, half a second of looking
  expect(Date.parse(joined.time) - begun).toBeLessThan(4000);
  expect(joined.source).toMatch(/^elasticity: [\d.]+ connections per server, above 4$/);
  expect((await load).filter(({ ok }) => !ok)).toEqual([]);
  expect(at.decisions().some(({ server }) => server.name === 'server3')).toBe(true);
  await sawChange(at, 'web/server3: state ready -> drain');
  await sawChange(at, 'web/server3: state drain -> standby');
  expect((await at.ask('h5', WEB, '--count', '6')).map(({ body }) => body)).not.toContain('Server 3');
});

test('a hook starts a server and adds it by REST', async () => {
  const [one, two] = [1, 2].map(number => ({ name: `server${number}`, ip: `10.0.0.${number}`, port: 8000 })) as [
    Service['servers'][number],
    Service['servers'][number],
  ];
  const added = JSON.stringify({ name: 'server3', ip: '10.0.0.3', port: 8000 });
  at = await lab(({ http }) => ({
    servers: [one, two],
    elasticity: {
      ...rules,
      start: {
        command: [
          'curl',
          '-sf',
          '-H',
          'content-type: application/json',
          '-d',
          added,
          `http://127.0.0.1:${http}/api/v1/services/web/servers`,
        ],
      },
    },
  }));
  const load = streams(at, 14, 4);
  await sawChange(at, 'web/server3: added');
  await until('server3 is chosen', async () => {
    await at!.ask('h5', WEB, '--count', '1');
    return at!.decisions().some(({ server }) => server.name === 'server3');
  });
  expect((await load).filter(({ ok }) => !ok)).toEqual([]);
});
