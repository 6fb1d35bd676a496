import { describe, expect, it } from 'vitest';
import { OFPP, OFPPS, type Port } from '../../../openflow/index.ts';
import { configWith, dumpOf, VIP } from '../connections/world.ts';
import { ApiWorld } from './api-world.ts';

const WEB = '/services/web';

const portOf = (portNo: number, state = 0) =>
  ({ portNo, name: `s1-eth${portNo}`, hwAddr: `00:00:00:00:00:0${portNo}`, config: 0, state }) as Port;

describe('the resources of the REST interface', () => {
  it('show the state of the controller', async () => {
    const world = ApiWorld.ready();
    world.connect(4, 40001);
    world.tick(1000);
    const { json } = await world.api('GET', '/status');
    expect(json).toMatchObject({
      ...{ version: '1.2.3', switches: 1, connections: 1, services: 2, uptimeMs: 1000, decisionsPerSecond: 0.2 },
      config: { file: null, writable: false, unsaved: false },
      seq: world.entries.at(-1)!.seq,
    });
  });

  it('show each service with its servers, their shares and their oldest connection', async () => {
    const world = ApiWorld.ready();
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

  it('show the expected share by weight, for eligible servers', async () => {
    const servers = [1, 2, 3].map(n => ({ name: `server${n}`, ip: `10.0.0.${n}`, port: 8000, weight: n }));
    const world = ApiWorld.ready({ config: configWith({ strategy: 'weighted-round-robin', servers }) });
    await world.api('PATCH', `${WEB}/servers/server3`, { body: { state: 'drain' } });
    const { json } = await world.api('GET', WEB);
    expect(json.servers.map((server: { expectedShare: number }) => server.expectedShare)).toEqual([1 / 3, 2 / 3, 0]);
  });

  it.each(['round-robin', 'sticky-round-robin', 'least-connections'])(
    'show equal expected shares with %s, which ignores weights',
    async strategy => {
      const servers = [1, 2].map(n => ({ name: `server${n}`, ip: `10.0.0.${n}`, port: 8000, weight: n }));
      const { json } = await ApiWorld.ready({ config: configWith({ strategy, servers }) }).api('GET', WEB);
      expect(json.servers.map((server: { expectedShare: number }) => server.expectedShare)).toEqual([1 / 2, 1 / 2]);
    },
  );

  it('show each switch, lost ones too, with the number of its flows', async () => {
    const world = ApiWorld.ready();
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

  it('show the ports of a switch with their rates', async () => {
    const world = ApiWorld.ready({
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

  it('show the installed flows of a switch, each with the names of its service and server', async () => {
    const world = ApiWorld.ready();
    const { flows } = world.world.syn(world.at, 4, 40001);
    world.installed = dumpOf(flows);
    const { json } = await world.api('GET', '/switches/1/flows');
    expect(json).toHaveLength(2);
    expect(json[0]).toMatchObject({ table: 1, priority: 400, owner: 'connection', service: 'web', server: 'server1' });
    expect(json.map(({ text }: { text: string }) => text).join('\n')).toMatch(
      /nw_src=10\.0\.0\.4.*set_field:10\.0\.0\.1->nw_dst/,
    );
  });

  it('report a switch that does not answer', async () => {
    const world = ApiWorld.ready();
    world.publish({
      ...{ v: 1, seq: 99, time: '2026-11-22T10:00:00.000Z', type: 'switch' },
      ...{ dpid: '00000000000000ff' as never, address: '10.0.0.9:1', state: 'connected', reason: 'another' },
    });
    expect(await world.api('GET', '/switches/255/flows')).toMatchObject({ status: 502, json: { title: 'Bad Gateway' } });
  });

  it('show the hosts with their ports', async () => {
    const world = ApiWorld.ready();
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

  it('show living connections, filtered by client, service and server', async () => {
    const world = ApiWorld.ready();
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

  it('show each decision with its reason, and the end of its connection', async () => {
    const world = ApiWorld.ready();
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

  it('show alerts and events', async () => {
    const world = ApiWorld.ready();
    world.alerts = [{ alert: 'server-down', subject: 'web/server1', service: 'web', since: 0, reason: 'silent' }];
    expect((await world.api('GET', '/alerts')).json).toEqual([
      { alert: 'server-down', subject: 'web/server1', service: 'web', since: '1970-01-01T00:00:00.000Z', reason: 'silent' },
    ]);
    const { json } = await world.api('GET', '/events');
    expect(json.items).toEqual(world.entries);
    expect((await world.api('GET', `/events?since=${json.items.at(-2).seq}`)).json.items).toEqual([world.entries.at(-1)]);
    expect((await world.api('GET', '/events?type=switch')).json.items).toHaveLength(1);
  });

  it('show time series by the second', async () => {
    const world = ApiWorld.ready();
    world.connect(4, 40001);
    world.tick(900);
    world.tick(1000);
    world.tick(1000);
    const { json } = await world.api('GET', '/statistics?minutes=0.05');
    expect(json).toMatchObject({ stepMs: 1000, series: { web: { new: [0, 1, 0], active: [null, 1, 1] } } });
    expect(Object.keys(json.series)).toContain('web/server1');
  });

  it('show the strategies with the schema of their settings', async () => {
    const { json } = await ApiWorld.ready().api('GET', '/strategies');
    const hash = json.find(({ name }: { name: string }) => name === 'bounded-load-hash');
    expect(hash).toMatchObject({ options: { type: 'object' }, wants: { closes: true, responses: false } });
  });
});
