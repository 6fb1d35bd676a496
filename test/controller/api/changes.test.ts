import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../../controller/api/api-app.ts';
import { ApiWorld } from './api-world.ts';

const WEB = '/services/web';
const S1 = `${WEB}/servers/server1`;

describe('a change over REST', () => {
  it('sets the state and the weight of a server', async () => {
    const world = ApiWorld.ready();
    const { status, json } = await world.api('PATCH', S1, { body: { state: 'drain', weight: 5 } });
    expect([status, json.state, json.weight]).toEqual([200, 'drain', 5]);
    expect(world.entries.at(-1)).toMatchObject({
      ...{ type: 'config', source: 'rest' },
      changes: ['web/server1: weight 1 -> 5', 'web/server1: state ready -> drain'],
    });
    await world.api('PATCH', S1, { body: { weight: null } });
    expect((await world.api('GET', S1)).json).toMatchObject({ weight: 1, state: 'drain' });
  });

  it('sets a setting of a service, alone or within an object', async () => {
    const world = ApiWorld.ready();
    const patch = (body: unknown) => world.api('PATCH', WEB, { body });
    expect((await patch({ strategy: 'random', shadow: 'hash' })).json).toMatchObject({
      strategy: { name: 'random' },
      shadow: { name: 'hash', asked: 0 },
    });
    await patch({ health: { interval: '7s' } });
    expect(world.world.app.config.services[0]!.health).toMatchObject({ type: 'arp', intervalMs: 7000 });
    expect((await patch({ shadow: null, affinity: { by: 'client-ip', expiry: '1m' } })).json).toMatchObject({
      ...{ shadow: null, affinity: { by: 'client-ip', expiryMs: 60_000 } },
    });
  });

  it('adds and deletes services and servers', async () => {
    const world = ApiWorld.ready();
    const server = { name: 'server4', ip: '10.0.0.4', port: 8000 };
    const added = await world.api('POST', `${WEB}/servers`, { body: server });
    expect([added.status, added.headers.get('location'), added.json.health]).toEqual([
      ...[201, '/api/v1/services/web/servers/server4', 'unknown'],
    ]);
    expect((await world.api('DELETE', S1)).status).toBe(204);
    expect((await world.api('GET', WEB)).json.servers.map(({ name }: { name: string }) => name)).toEqual([
      ...['server2', 'server3', 'server4'],
    ]);
    const service = { name: 'mail', vip: '10.0.0.101', port: 25, servers: [{ name: 'm1', ip: '10.0.0.5' }] };
    expect(await world.api('POST', '/services', { body: service })).toMatchObject({ status: 201, json: { name: 'mail' } });
    expect((await world.api('DELETE', WEB)).status).toBe(204);
    expect((await world.api('GET', '/services')).json.map(({ name }: { name: string }) => name)).toEqual(['dns', 'mail']);
  });

  it('waits for the one before it: concurrent changes are applied one after the other', async () => {
    const world = ApiWorld.ready();
    const servers = [5, 6, 7, 8].map(n => ({ name: `server${n}`, ip: `10.0.0.${n}`, port: 8000 }));
    const answers = await Promise.all(servers.map(body => world.api('POST', `${WEB}/servers`, { body })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect((await world.api('GET', WEB)).json.servers).toHaveLength(7);
  });

  it.each([
    ['a weight too large', 'PATCH', S1, { weight: 5000 }, 'weight'],
    ['an unknown setting', 'PATCH', S1, { wieght: 5 }, 'wieght'],
    ['an unknown strategy', 'PATCH', WEB, { strategy: 'round-robbin' }, 'strategy'],
    ['a setting within an object', 'PATCH', WEB, { health: { rise: 0 } }, 'health.rise'],
    ['another VIP', 'PATCH', WEB, { vip: '10.0.0.101' }, 'vip'],
    ['another address of a server', 'PATCH', S1, { ip: '10.0.0.9' }, 'ip'],
    ['a server without address', 'POST', `${WEB}/servers`, { name: 'x' }, 'ip'],
    ['a server twice', 'POST', `${WEB}/servers`, { name: 'server1', ip: '10.0.0.9' }, 'name'],
    ['a service without servers', 'POST', '/services', { name: 'x', vip: '10.0.0.102', port: 1, servers: [] }, 'servers'],
    ['the last server deleted', 'DELETE', '/services/dns/servers/dns1', undefined, 'services.1.servers'],
  ])('is refused with %s, and the response names the place', async (_title, method, path, body, at) => {
    const world = ApiWorld.ready();
    const before = world.liveConfig.document;
    const { status, json, headers } = await world.api(method, path, { body });
    expect([status, headers.get('content-type')]).toEqual([422, 'application/problem+json']);
    expect(json).toMatchObject({ type: 'about:blank', title: 'Unprocessable Entity', status: 422 });
    expect(json.problems.map((problem: { path: string }) => problem.path)).toEqual([at]);
    expect(world.liveConfig.document).toBe(before);
  });

  it.each([
    ['PATCH', S1, 'no JSON'],
    ['PATCH', S1, '[1]'],
    ['POST', '/services', '7'],
    ['PATCH', WEB, 'null'],
  ])('is a bad request with %s %s and the body %s', async (method, path, body) => {
    const world = ApiWorld.ready();
    const { status } = await world.api(method, path, { body, headers: { 'content-type': 'application/json' } });
    expect(status).toBe(400);
    expect(world.defects).toEqual([]);
  });

  it.each([
    ['GET', '/services/wbe', 'did you mean "web"?'],
    ['PATCH', '/services/wbe', 'did you mean "web"?'],
    ['DELETE', '/services/nothing-of-the-kind', 'known: web, dns'],
    ['POST', '/services/wbe/servers', 'did you mean "web"?'],
    ['GET', '/services/web/servers/servr1', 'did you mean "server1"?'],
    ['PATCH', '/services/web/servers/servr1', 'did you mean "server1"?'],
    ['DELETE', '/services/web/servers/servr1', 'did you mean "server1"?'],
    ['GET', '/switches/77', '0000000000000001'],
    ['GET', '/switches/x/flows', '0000000000000001'],
    ['GET', '/decisions/7000', 'no decision'],
    ['GET', '/nothing', '/openapi.json'],
  ])('%s %s: unknown name, and the response suggests known ones', async (method, path, hint) => {
    const { status, json } = await ApiWorld.ready().api(method, path, method === 'GET' ? {} : { body: {} });
    expect([status, json.detail]).toEqual([404, expect.stringContaining(hint)]);
  });

  it.each([
    '/connections?limit=-1',
    '/connections?limit=many',
    '/decisions?limit=5000',
    '/decisions?before=x',
    '/statistics?minutes=0',
    '/statistics?minutes=60',
    '/events?since=-1',
    '/config?format=xml',
  ])('GET %s is a bad request that names the parameter', async path => {
    const { status, json } = await ApiWorld.ready().api('GET', path);
    expect(status).toBe(400);
    expect(path).toContain(json.problems[0].path);
  });

  it('is refused with a body larger than any configuration', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(MAX_BODY_BYTES) });
    const { status } = await ApiWorld.ready().api('POST', '/services', {
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(status).toBe(413);
  });
});
