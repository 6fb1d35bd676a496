import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../../controller/api/api-app.ts';
import { OFPP, OFPPS, type Port } from '../../../openflow/index.ts';
import { configWith, dumpOf, VIP } from '../connections/world.ts';
import { ADMIN, OutsideWorld, READ, TOKENS } from './outside-world.ts';

const WEB = '/services/web';
const S1 = `${WEB}/servers/server1`;

const portOf = (portNo: number, state = 0) =>
  ({ portNo, name: `s1-eth${portNo}`, hwAddr: `00:00:00:00:00:0${portNo}`, config: 0, state }) as Port;

describe('what there is to see', () => {
  it('is the controller as a whole', async () => {
    const world = OutsideWorld.ready();
    world.connect(4, 40001);
    world.tick(1000);
    const { json } = await world.api('GET', '/status');
    expect(json).toMatchObject({
      ...{ version: '1.2.3', switches: 1, connections: 1, services: 2, uptimeMs: 1000, decisionsPerSecond: 0.2 },
      config: { file: null, writable: false, unsaved: false },
      seq: world.entries.at(-1)!.seq,
    });
  });

  it('is each service with its servers, their shares and their oldest connection', async () => {
    const world = OutsideWorld.ready();
    world.connect(4, 40001);
    world.connect(4, 40002);
    world.tick(1000);
    const { json } = await world.api('GET', WEB);
    expect(json).toMatchObject({ name: 'web', vip: VIP, state: 'up', connections: 2, newPerSecond: 0.4, shadow: null });
    const [first, second, third] = json.servers;
    expect(first).toMatchObject({ name: 'server1', health: 'up', connections: 1, chosen: 1, share: 0.5, oldestMs: 1000 });
    expect(first.location).toEqual({ dpid: world.at.dpid, port: 1, mac: '00:00:00:00:00:01' });
    expect([second.share, third.share, third.oldestMs]).toEqual([0.5, 0, null]);
    expect(first.expectedShare + second.expectedShare + third.expectedShare).toBeCloseTo(1);
  });

  it('is the share that weights promise, to those that take connections', async () => {
    const servers = [1, 2, 3].map(n => ({ name: `server${n}`, ip: `10.0.0.${n}`, port: 8000, weight: n }));
    const world = OutsideWorld.ready({ config: configWith({ strategy: 'weighted-round-robin', servers }) });
    await world.api('PATCH', `${WEB}/servers/server3`, { body: { state: 'drain' } });
    const { json } = await world.api('GET', WEB);
    expect(json.servers.map((server: { expectedShare: number }) => server.expectedShare)).toEqual([1 / 3, 2 / 3, 0]);
  });

  it.each(['round-robin', 'sticky-round-robin', 'least-connections'])(
    'is an equal share with %s, which ignores weights',
    async strategy => {
      const servers = [1, 2].map(n => ({ name: `server${n}`, ip: `10.0.0.${n}`, port: 8000, weight: n }));
      const { json } = await OutsideWorld.ready({ config: configWith({ strategy, servers }) }).api('GET', WEB);
      expect(json.servers.map((server: { expectedShare: number }) => server.expectedShare)).toEqual([1 / 2, 1 / 2]);
    },
  );

  it('is each switch, lost ones too, with the number of its flows', async () => {
    const world = OutsideWorld.ready();
    world.publish({
      ...{ v: 1, seq: 99, time: '2026-11-22T10:00:00.000Z', type: 'switch' },
      ...{ dpid: '00000000000000ff' as never, address: '10.0.0.9:1', state: 'connected', reason: 'another' },
    });
    const { json } = await world.api('GET', '/switches');
    expect(json).toMatchObject([
      {
        dpid: world.at.dpid,
        number: 1,
        connected: true,
        description: 'test',
        flows: 17,
        restored: 0,
        capabilities: { tcpFlags: true, learn: true },
      },
      { number: 255, flows: null },
    ]);
    expect((await world.api('GET', '/switches/1')).json).toMatchObject({ number: 1 });
    expect((await world.api('GET', '/switches/ff')).json).toMatchObject({ number: 255 });
  });

  it('is the ports of a switch, with what passes through them', async () => {
    const world = OutsideWorld.ready({
      ports: [portOf(2), portOf(1, OFPPS.LINK_DOWN), { ...portOf(0), portNo: OFPP.CONTROLLER }],
    });
    const stats = (rxBytes: bigint, txBytes: bigint) => [{ portNo: 2, rxBytes, txBytes }] as never;
    world.world.app.network.rates.take(world.at.dpid, stats(0n, 0n), 0);
    world.world.app.network.rates.take(world.at.dpid, stats(2000n, 4000n), 1000);
    expect((await world.api('GET', '/switches/1')).json.ports).toEqual([
      { port: 1, name: 's1-eth1', mac: '00:00:00:00:00:01', up: false, rxBytesPerSecond: 0, txBytesPerSecond: 0 },
      { port: 2, name: 's1-eth2', mac: '00:00:00:00:00:02', up: true, rxBytesPerSecond: 1000, txBytesPerSecond: 2000 },
    ]);
  });

  it('is what a switch has installed, with the names of those that each flow is for', async () => {
    const world = OutsideWorld.ready();
    const { flows } = world.world.syn(world.at, 4, 40001);
    world.installed = dumpOf(flows);
    const { json } = await world.api('GET', '/switches/1/flows');
    expect(json).toHaveLength(2);
    expect(json[0]).toMatchObject({ table: 1, priority: 400, owner: 'connection', service: 'web', server: 'server1' });
    expect(json.map(({ text }: { text: string }) => text).join('\n')).toMatch(
      /nw_src=10\.0\.0\.4.*set_field:10\.0\.0\.1->nw_dst/,
    );
  });

  it('says so when the switch does not answer', async () => {
    const world = OutsideWorld.ready();
    world.publish({
      ...{ v: 1, seq: 99, time: '2026-11-22T10:00:00.000Z', type: 'switch' },
      ...{ dpid: '00000000000000ff' as never, address: '10.0.0.9:1', state: 'connected', reason: 'another' },
    });
    expect(await world.api('GET', '/switches/255/flows')).toMatchObject({ status: 502, json: { title: 'Bad Gateway' } });
  });

  it('is who is behind which port', async () => {
    const world = OutsideWorld.ready();
    world.connect(4, 40001);
    const { json } = await world.api('GET', '/hosts');
    const shown = json.map(({ port, ip, role, name }: Record<string, unknown>) => [port, ip, role, name]);
    expect(shown).toEqual([
      [1, '10.0.0.1', 'server', 'web/server1'],
      [2, '10.0.0.2', 'server', 'web/server2'],
      [3, '10.0.0.3', 'server', 'web/server3'],
      [4, '10.0.0.4', 'client', null],
    ]);
    expect((await world.api('GET', '/links')).json).toEqual([]);
  });

  it('is living connections, found by client, service and server', async () => {
    const world = OutsideWorld.ready();
    const ids = [world.connect(4, 40001), world.connect(4, 40002), world.connect(5, 40001)];
    const found = async (query: string) => {
      const { json } = await world.api('GET', `/connections?${query}`);
      return [json.total, ...json.items.map(({ id }: { id: number }) => ids.indexOf(id))];
    };
    expect(await found('')).toEqual([3, 2, 1, 0]);
    expect(await found('client=10.0.0.4')).toEqual([2, 1, 0]);
    expect(await found('client=10.0.0.4:40002')).toEqual([1, 1]);
    expect(await found('server=server3&service=web')).toEqual([1, 2]);
    expect(await found('service=dns')).toEqual([0]);
    expect(await found('limit=2')).toEqual([3, 2, 1]);
    expect(await found('limit=0')).toEqual([3]);
  });

  it('is each decision with its reason, and the end of its connection', async () => {
    const world = OutsideWorld.ready();
    const seqs = [world.connect(4, 40001), world.connect(4, 40002)];
    world.tick(100);
    world.end(40001);
    const { json } = await world.api('GET', '/decisions?client=10.0.0.4');
    expect(json.items.map(({ seq }: { seq: number }) => seq)).toEqual([...seqs].reverse());
    expect(json.items[1]).toMatchObject({ reason: { rule: 'next in turn' }, end: { of: seqs[0], why: 'fin' } });
    expect(json.items[0].end).toBeUndefined();
    expect((await world.api('GET', `/decisions?before=${seqs[1]}`)).json.items).toHaveLength(1);
    expect((await world.api('GET', `/decisions/${seqs[0]}`)).json).toEqual(json.items[1]);
    expect((await world.api('GET', '/decisions/1')).status).toBe(404);
  });

  it('is alerts and events', async () => {
    const world = OutsideWorld.ready();
    world.alerts = [{ alert: 'server-down', subject: 'web/server1', service: 'web', since: 0, reason: 'silent' }];
    expect((await world.api('GET', '/alerts')).json).toEqual([
      { alert: 'server-down', subject: 'web/server1', service: 'web', since: '1970-01-01T00:00:00.000Z', reason: 'silent' },
    ]);
    const { json } = await world.api('GET', '/events');
    expect(json.items).toEqual(world.entries);
    expect((await world.api('GET', `/events?since=${json.items.at(-2).seq}`)).json.items).toEqual([world.entries.at(-1)]);
    expect((await world.api('GET', '/events?type=switch')).json.items).toHaveLength(1);
  });

  it('is what happened in each second', async () => {
    const world = OutsideWorld.ready();
    world.connect(4, 40001);
    world.tick(900);
    world.tick(1000);
    world.tick(1000);
    const { json } = await world.api('GET', '/statistics?minutes=0.05');
    expect(json).toMatchObject({ stepMs: 1000, series: { web: { new: [0, 1, 0], active: [null, 1, 1] } } });
    expect(Object.keys(json.series)).toContain('web/server1');
  });

  it('is the strategies with the schema of their settings', async () => {
    const { json } = await OutsideWorld.ready().api('GET', '/strategies');
    const hash = json.find(({ name }: { name: string }) => name === 'bounded-load-hash');
    expect(hash).toMatchObject({ options: { type: 'object' }, wants: { closes: true, responses: false } });
  });
});

describe('what can be changed', () => {
  it('is the state and the weight of a server', async () => {
    const world = OutsideWorld.ready();
    const { status, json } = await world.api('PATCH', S1, { body: { state: 'drain', weight: 5 } });
    expect([status, json.state, json.weight]).toEqual([200, 'drain', 5]);
    expect(world.entries.at(-1)).toMatchObject({
      ...{ type: 'config', source: 'rest' },
      changes: ['web/server1: weight 1 -> 5', 'web/server1: state ready -> drain'],
    });
    await world.api('PATCH', S1, { body: { weight: null } });
    expect((await world.api('GET', S1)).json).toMatchObject({ weight: 1, state: 'drain' });
  });

  it('is a setting of a service, alone or within an object', async () => {
    const world = OutsideWorld.ready();
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

  it('is which services and servers there are', async () => {
    const world = OutsideWorld.ready();
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

  it('does not depend on who asks first: changes are made one after the other', async () => {
    const world = OutsideWorld.ready();
    const servers = [5, 6, 7, 8].map(n => ({ name: `server${n}`, ip: `10.0.0.${n}`, port: 8000 }));
    const answers = await Promise.all(servers.map(body => world.api('POST', `${WEB}/servers`, { body })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect((await world.api('GET', WEB)).json.servers).toHaveLength(7);
  });

  it.each([
    ['a weight too large', 'PATCH', S1, { weight: 5000 }, 'weight'],
    ['a setting that there is none of', 'PATCH', S1, { wieght: 5 }, 'wieght'],
    ['a strategy that nobody knows', 'PATCH', WEB, { strategy: 'round-robbin' }, 'strategy'],
    ['a setting within an object', 'PATCH', WEB, { health: { rise: 0 } }, 'health.rise'],
    ['another VIP', 'PATCH', WEB, { vip: '10.0.0.101' }, 'vip'],
    ['another address of a server', 'PATCH', S1, { ip: '10.0.0.9' }, 'ip'],
    ['a server without address', 'POST', `${WEB}/servers`, { name: 'x' }, 'ip'],
    ['a server twice', 'POST', `${WEB}/servers`, { name: 'server1', ip: '10.0.0.9' }, 'name'],
    ['a service without servers', 'POST', '/services', { name: 'x', vip: '10.0.0.102', port: 1, servers: [] }, 'servers'],
    ['taking the last server', 'DELETE', '/services/dns/servers/dns1', undefined, 'services.1.servers'],
  ])('is not %s, and the answer says where', async (_title, method, path, body, at) => {
    const world = OutsideWorld.ready();
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
  ])('is nothing with %s %s and a body that is %s', async (method, path, body) => {
    const world = OutsideWorld.ready();
    const { status } = await world.api(method, path, { body, headers: { 'content-type': 'application/json' } });
    expect(status).toBe(400);
    expect(world.defects).toEqual([]);
  });

  it.each([
    ['GET', '/services/wbe', 'did you mean "web"?'],
    ['PATCH', '/services/wbe', 'did you mean "web"?'],
    ['DELETE', '/services/nothing-of-the-kind', 'there are web, dns'],
    ['POST', '/services/wbe/servers', 'did you mean "web"?'],
    ['GET', '/services/web/servers/servr1', 'did you mean "server1"?'],
    ['PATCH', '/services/web/servers/servr1', 'did you mean "server1"?'],
    ['DELETE', '/services/web/servers/servr1', 'did you mean "server1"?'],
    ['GET', '/switches/77', '0000000000000001'],
    ['GET', '/switches/x/flows', '0000000000000001'],
    ['GET', '/decisions/7000', 'no decision'],
    ['GET', '/nothing', '/openapi.json'],
  ])('%s %s is not found, and the answer says what there is', async (method, path, hint) => {
    const { status, json } = await OutsideWorld.ready().api(method, path, method === 'GET' ? {} : { body: {} });
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
    const { status, json } = await OutsideWorld.ready().api('GET', path);
    expect(status).toBe(400);
    expect(path).toContain(json.problems[0].path);
  });

  it('is not with a body that is larger than any configuration', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(MAX_BODY_BYTES) });
    const { status } = await OutsideWorld.ready().api('POST', '/services', {
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(status).toBe(413);
  });
});

describe('who asks', () => {
  const guarded = () => OutsideWorld.ready({ config: { ...configWith(), api: TOKENS } });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const paths = ['/status', '/services', WEB, S1, '/strategies', '/switches', '/switches/1', '/switches/1/flows', '/hosts'];
  const more = ['/links', '/connections', '/decisions', '/decisions/1', '/statistics', '/alerts', '/events', '/config'];
  const unsafe = [
    ['POST', '/services'],
    ['PATCH', WEB],
    ['DELETE', WEB],
    ['POST', `${WEB}/servers`],
    ['PATCH', S1],
    ['DELETE', S1],
    ['PUT', '/config'],
    ['POST', '/config/check'],
    ['POST', '/config/save'],
  ] as const;

  it.each([...paths, ...more])('needs a token for GET %s, and one to read is enough', async path => {
    const world = guarded();
    const without = await world.api('GET', path);
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="vipflow"']);
    expect((await world.api('GET', path, { headers: bearer('wrong-token-0123456789') })).status).toBe(401);
    expect([200, 404]).toContain((await world.api('GET', path, { headers: bearer(READ) })).status);
  });

  it.each(unsafe)('needs a token of an admin for %s %s', async (method, path) => {
    const world = guarded();
    const status = async (headers: Record<string, string>) => (await world.api(method, path, { body: {}, headers })).status;
    expect(await status({})).toBe(401);
    expect(await status(bearer(READ))).toBe(403);
    expect([401, 403]).not.toContain(await status(bearer(ADMIN)));
  });

  it('needs a token for metrics, and none for the page and whether we live', async () => {
    const world = guarded();
    const status = async (path: string) => (await world.ask('GET', path)).status;
    expect(await Promise.all(['/metrics', '/flows', '/events'].map(status))).toEqual([401, 401, 401]);
    expect(await Promise.all(['/', '/healthz', '/openapi.json'].map(status))).toEqual([200, 200, 200]);
  });

  it('is named in the log', async () => {
    const world = guarded();
    await world.api('PATCH', S1, { body: { weight: 2 }, headers: bearer(ADMIN) });
    expect(world.entries.at(-1)).toMatchObject({ type: 'config', source: 'rest: ops' });
  });

  it('must not be a page of another site that changes something, nor any page under a name of its own', async () => {
    const world = guarded();
    const from = (headers: Record<string, string>) =>
      world.api('PATCH', S1, { body: { weight: 2 }, headers: { ...bearer(ADMIN), ...headers } });
    expect((await from({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await from({ origin: 'null' })).status).toBe(403);
    expect((await from({ origin: 'http://127.0.0.1:8081', host: '127.0.0.1:8080' })).status).toBe(403);
    expect((await from({ origin: 'http://evil.example', host: 'evil.example' })).status).toBe(421);
    expect((await from({ origin: 'https://lb.example', host: 'lb.example' })).status).toBe(200);
    expect((await from({})).status).toBe(200);
    expect((await world.ask('GET', '/', { headers: { host: 'evil.example' } })).status).toBe(421);
  });

  it('waits after too many wrong tokens, whatever comes then', async () => {
    const world = guarded();
    for (let i = 0; i < 10; i++) await world.api('GET', '/status', { headers: bearer(`guess-${i}-0123456789`) });
    const { status, headers } = await world.api('GET', '/status', { headers: bearer(READ) });
    expect([status, headers.get('retry-after')]).toEqual([429, '60']);
    world.tick(60_000);
    expect((await world.api('GET', '/status', { headers: bearer(READ) })).status).toBe(200);
  });

  it('is told the same of each answer: nothing from elsewhere, nobody’s frame', async () => {
    const world = guarded();
    for (const path of ['/', '/api/v1/status', '/nothing', '/openapi.json']) {
      const { headers } = await world.ask('GET', path);
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('finds everything shut where others can connect and the tokens were taken away', async () => {
    const world = OutsideWorld.ready({ address: { host: '0.0.0.0', port: 8080 } });
    expect((await world.api('GET', '/status')).status).toBe(403);
  });
});

describe('what nobody expected', () => {
  it('is told to the log, not to who asked', async () => {
    const world = OutsideWorld.ready();
    Object.defineProperty(world.world.app.network, 'places', {
      get: () => {
        throw new Error('secret detail');
      },
    });
    const { status, text } = await world.api('GET', '/hosts');
    expect([status, text.includes('secret detail'), world.defects.map(String)]).toEqual([500, false, ['Error: secret detail']]);
  });
});
