import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerEntry } from '../../controller/core/events.ts';
import { labs } from '../../topologies/catalogue.ts';
import { serverProgram } from '../../topologies/programs.ts';
import { BalancedLab, sleep, until } from './balanced-lab.ts';

const WEB = 'http://10.0.0.100/';
const DPID = '0000000000000001';
const VIP_FLOW = 'tcp,nw_dst=10.0.0.100,tp_dst=80';
/** What was taken from the switch is there again after this time. */
const RESTORED_MS = 5000;
/** What happens to a port is known after this time. */
const PORT_MS = 1000;

interface Difference {
  readonly missing: number;
  readonly changed: number;
  readonly surplus: number;
}

/** The line that tells of what somebody else changed in a switch, and that it is as it should be again. */
interface RestoredLine {
  readonly type: 'restored';
  readonly seq: number;
  readonly dpid: string;
  readonly flows: Difference;
  readonly groups: Difference;
  readonly meters: Difference;
  readonly connections: number;
  readonly examples: readonly string[];
  readonly total: number;
}

interface SwitchFlow {
  readonly table: string;
  readonly cookie: string;
  readonly priority: string;
  /** As ovs-ofctl takes it: `tcp,nw_dst=10.0.0.100,tp_dst=80`. */
  readonly match: string;
  readonly actions: string;
}

let net: BalancedLab;

beforeEach(async () => {
  net = await BalancedLab.start(labs.single);
  // From here on every host is known, and nothing but a fault changes the flows that are no connection's.
  await Promise.all(['h4', 'h5'].map(host => net.ask(host, 'http://10.0.0.1:8000/', '--count', '1')));
  await until('flows to all hosts', async () => {
    const known = (await flows()).map(({ match }) => match);
    return labs.single.hosts.every((_, i) => known.includes(`dl_dst=00:00:00:00:00:0${i + 1}`));
  });
});
afterEach(() => net?.stop());

const isRestored = (line: unknown): line is RestoredLine => (line as { type: string }).type === 'restored';
const restored = () => (net.controller.log as readonly unknown[]).filter(isRestored);
const downs = (): ServerEntry[] => net.controller.of('server').filter(({ state }) => state === 'down');
const warnings = () => net.controller.of('warning').map(({ message }) => message);

/** The flows that are no connection's. */
async function flows(): Promise<SwitchFlow[]> {
  return (await net.flows())
    .map(line => /cookie=(\w+),.* table=(\d+),.*priority=(\d+),?(\S*) actions=(.*)$/.exec(line)!.slice(1) as string[])
    .map(([cookie, table, priority, match, actions]) => ({ table, cookie, priority, match, actions }) as SwitchFlow)
    .filter(({ priority }) => priority !== '400');
}

/** All that a packet meets, whatever the session that installed it. */
const rules = async () =>
  (await flows()).map(({ table, priority, match, actions }) => `${table} ${priority} ${match} ${actions}`).toSorted();

const total = (kind: 'flows' | 'groups' | 'meters') =>
  restored().reduce(
    (sum, line) => ({
      missing: sum.missing + line[kind].missing,
      changed: sum.changed + line[kind].changed,
      surplus: sum.surplus + line[kind].surplus,
    }),
    { missing: 0, changed: 0, surplus: 0 },
  );

async function expectAnswers(count = 6): Promise<void> {
  const answers = await net.ask('h4', WEB, '--count', String(count), '--timeout', '2');
  expect(answers.filter(({ ok, ms }) => !ok || ms > 500)).toEqual([]);
  expect(answers).toHaveLength(count);
}

/** The flows are those of before, the VIP serves, nobody was called down, and the log and the metrics say what was done. */
async function expectRestored(before: readonly string[]): Promise<void> {
  await expect.poll(rules, { timeout: RESTORED_MS, interval: 100 }).toEqual(before);
  await expectAnswers();
  await until('the line in the log', () => restored().length > 0, 1000);
  const lines = restored();
  for (const line of lines) {
    expect(line.dpid).toBe(DPID);
    expect(line.examples.length).toBeGreaterThan(0);
    expect(line.examples.every(example => typeof example === 'string' && example !== '')).toBe(true);
    expect(line.total).toBeGreaterThanOrEqual(line.examples.length);
    expect(line.total).toBeGreaterThanOrEqual(line.flows.missing + line.flows.changed + line.flows.surplus);
  }
  expect(total('groups')).toEqual({ missing: 0, changed: 0, surplus: 0 });
  expect(total('meters')).toEqual({ missing: 0, changed: 0, surplus: 0 });
  const { items } = (await (await net.rest('/api/v1/events?type=restored')).json()) as { items: RestoredLine[] };
  expect(items.map(({ seq }) => seq)).toEqual(lines.map(({ seq }) => seq));
  const metrics = await (await net.rest('/metrics')).text();
  const counted = new RegExp(`^vipflow_restored_total\\{[^}]*switch="${DPID}"[^}]*\\} (\\d+)`, 'm').exec(metrics)?.[1];
  expect(Number(counted)).toBeGreaterThan(0);
  expect(downs()).toEqual([]);
}

const ofctl = (command: string, flow: string) => net.lab.ofctl([...command.split(' '), 's1', flow]);
const strictly = ({ table, priority, match }: SwitchFlow) => `table=${table},priority=${priority},${match}`;

async function flow(what: string, is: (flow: SwitchFlow) => boolean): Promise<SwitchFlow> {
  const found = (await flows()).find(is);
  expect(found, what).toBeDefined();
  return found!;
}

describe('what somebody else changes in the switch of a connected controller', () => {
  it('is restored when all flows were deleted: living downloads go on, new requests are answered', async () => {
    const before = await rules();
    const download = net.ask('h5', `${WEB}stream?seconds=8&everyMs=50`, '--count', '1', '--timeout', '6');
    await until('the download', () => net.decisions().some(({ client }) => client.ip === '10.0.0.5'));
    await sleep(500);
    await net.lab.ofctl(['del-flows', 's1']);
    await expectRestored(before);
    expect(total('flows').missing).toBeGreaterThan(0);
    expect(total('flows')).toMatchObject({ changed: 0, surplus: 0 });
    expect(restored().reduce((sum, { connections }) => sum + connections, 0)).toBeGreaterThan(0);
    const [whole] = await download;
    expect(whole).toMatchObject({ ok: true, status: 200, error: null });
    expect(whole!.ms).toBeLessThan(10_000);
    // Those that live are not called ended on the way.
    expect(net.ends().filter(({ why }) => why === 'deleted')).toEqual([]);
    // As long as it takes to call silent servers down.
    expect(downs()).toEqual([]);
  });

  it("is restored when the answer to ARP for the VIP or the VIP's flow was deleted", async () => {
    const before = await rules();
    const answer = await flow('ARP answer', ({ table, match }) => table === '0' && match.includes('arp_tpa=10.0.0.100'));
    const vip = await flow("the VIP's flow", ({ table, match }) => table === '1' && match === VIP_FLOW);
    await ofctl('--strict del-flows', strictly(answer));
    await expectRestored(before);
    expect(total('flows')).toEqual({ missing: 1, changed: 0, surplus: 0 });
    await ofctl('--strict del-flows', strictly(vip));
    await expectRestored(before);
    expect(total('flows')).toEqual({ missing: 2, changed: 0, surplus: 0 });
  });

  it("is restored when the actions of the VIP's flows were changed", async () => {
    const before = await rules();
    const vip = (await flows()).filter(({ table, match }) => table === '1' && match.startsWith(VIP_FLOW));
    expect(vip.length).toBeGreaterThan(0);
    for (const one of vip) await ofctl('--strict mod-flows', `${strictly(one)},actions=drop`);
    await expectRestored(before);
    expect(total('flows')).toEqual({ missing: 0, changed: vip.length, surplus: 0 });
  });

  it("is restored when the VIP's flow came back under another priority: that one is deleted", async () => {
    const before = await rules();
    const vip = await flow("the VIP's flow", ({ table, match }) => table === '1' && match === VIP_FLOW);
    await ofctl('--strict del-flows', strictly(vip));
    // Above the flows of connections: with our cookie it is ours, and nobody wants it there.
    await ofctl('add-flow', `cookie=${vip.cookie},table=1,priority=599,${vip.match},actions=drop`);
    await expectRestored(before);
    expect(total('flows')).toEqual({ missing: 1, changed: 0, surplus: 1 });
  });

  it("is restored when the flow that leads to a host was deleted: the host's traffic is not flooded for long", async () => {
    const before = await rules();
    const toServer = await flow('the flow to h1', ({ table, match }) => table === '3' && match === 'dl_dst=00:00:00:00:00:01');
    await ofctl('--strict del-flows', strictly(toServer));
    await expectRestored(before);
    expect(total('flows')).toEqual({ missing: 1, changed: 0, surplus: 0 });
  });

  it("is not touched when it is somebody else's, but told once where it takes the VIP's packets", async () => {
    // Where it does no harm: an address of nobody below ours, and above ours what we never match.
    await ofctl('add-flow', 'cookie=0x1235,table=3,priority=1,dl_dst=02:00:00:00:12:35,actions=drop');
    await ofctl('add-flow', 'cookie=0x1236,table=1,priority=60000,udp,nw_src=10.0.0.201,nw_dst=10.0.0.202,tp_dst=7,actions=drop');
    const harmful = [0, 1].map(table => ({ table, cookie: `0x123${table + 7}` }));
    for (const { table, cookie } of harmful)
      await ofctl('add-flow', `cookie=${cookie},table=${table},priority=60000,${VIP_FLOW},actions=drop`);
    const about = ({ table, cookie }: (typeof harmful)[number]) => {
      const words = [`\\btable\\W?${table}\\b`, '\\bpriority\\W?60000\\b', `\\b0x0*${cookie.slice(2)}\\b`];
      return warnings().filter(text => words.every(word => new RegExp(word).test(text)));
    };
    const added = Date.now();
    await until(
      `warnings of both flows, among ${JSON.stringify(warnings())}`,
      () => harmful.every(one => about(one).length > 0),
      RESTORED_MS,
    );
    await sleep(6000 - (Date.now() - added));
    expect(harmful.map(one => about(one).length)).toEqual([1, 1]);
    expect(warnings().filter(text => /123[56]\b/.test(text))).toEqual([]);
    const foreign = (await flows()).filter(({ cookie }) => cookie.startsWith('0x123')).map(({ cookie }) => cookie);
    expect(foreign.toSorted()).toEqual(['0x1235', '0x1236', '0x1237', '0x1238']);
    const [dropped] = await net.ask('h4', WEB, '--count', '1', '--timeout', '0.5');
    expect(dropped).toMatchObject({ ok: false, error: 'timeout' });
    for (const { cookie } of harmful) await net.lab.ofctl(['del-flows', 's1', `cookie=${cookie}/-1`]);
    await expectAnswers();
    expect(restored()).toEqual([]);
    expect(downs()).toEqual([]);
  });
});

describe('ports that come, change and go while the switch is connected', () => {
  /** Another host behind a port that the switch does not have yet; it ends with the lab. */
  async function hostBehind(port: string): Promise<void> {
    const page = serverProgram({ name: 'h9', ip: '10.0.0.9', role: 'server', page: 'Server 9', http: 8000 });
    // Process 1 is in the network of the switch.
    const script = `
      ip link add h9-eth0 address 00:00:00:00:00:09 type veth peer name ${port} netns 1
      ethtool -K h9-eth0 tx off >/dev/null
      ip addr add 10.0.0.9/8 dev h9-eth0
      ip link set h9-eth0 up
      exec ${page.map(word => `'${word}'`).join(' ')}`;
    const program = net.lab.spawn('s1', ['unshare', '--net', 'sh', '-ec', script]);
    let words = '';
    for (const stream of [program.stdout, program.stderr])
      stream.on('data', chunk => {
        words += chunk;
      });
    await until('the page of h9', () => words.includes('"ready": true'), 5000).catch(error => {
      throw new Error(`${error.message}: ${words}`);
    });
  }

  async function portNamed(name: string): Promise<{ port: number; name: string; up: boolean } | undefined> {
    const { ports } = (await (await net.rest(`/api/v1/switches/${DPID}`)).json()) as {
      ports: { port: number; name: string; up: boolean }[];
    };
    return ports.find(port => port.name === name);
  }
  const setPort = (state: 'up' | 'down') => net.lab.exec('s1', ['ip', 'link', 'set', 's1-new', state]);
  const server9 = () => net.controller.of('server').findLast(({ service, server }) => service === 'web' && server === 'server9');

  it('are followed within a second, and a server behind a new one is found and used', async () => {
    await net.configure(config => ({
      ...config,
      services: config.services.map(service => {
        const more = service.name === 'web' ? [{ name: 'server9', ip: '10.0.0.9', port: 8000 }] : [];
        return { ...service, servers: [...service.servers, ...more] };
      }),
    }));
    await hostBehind('s1-new');
    await setPort('up');
    expect(await portNamed('s1-new')).toBeUndefined();

    await net.lab.vsctl(['add-port', 's1', 's1-new', '--', 'set', 'interface', 's1-new', 'ofport_request=9']);
    await until('the new port', async () => (await portNamed('s1-new'))?.up, PORT_MS);
    expect(await portNamed('s1-new')).toMatchObject({ port: 9, up: true });
    await until('server9 up', () => server9()?.state === 'up', 5000);
    const { location } = (await (await net.rest('/api/v1/services/web/servers/server9')).json()) as { location: object };
    expect(location).toEqual({ dpid: DPID, port: 9, mac: '00:00:00:00:00:09' });
    const answers = await net.ask('h4', WEB, '--count', '8');
    expect(answers.filter(({ body }) => body === 'Server 9')).toHaveLength(2);

    await setPort('down');
    await until('the port down', async () => (await portNamed('s1-new'))?.up === false, PORT_MS);
    await until('server9 down', () => server9()?.state === 'down', 2000);
    await setPort('up');
    await until('the port up', async () => (await portNamed('s1-new'))?.up === true, PORT_MS);
    await until('server9 up again', () => server9()?.state === 'up', 5000);

    await net.lab.vsctl(['del-port', 's1', 's1-new']);
    await until('the port gone', async () => (await portNamed('s1-new')) === undefined, PORT_MS);
    await until('server9 down again', () => server9()?.state === 'down', 2000);
    expect((await net.ask('h4', WEB, '--count', '6')).map(({ ok }) => ok)).toEqual(Array(6).fill(true));
    // The others were there all the time.
    expect(downs().filter(({ server }) => server !== 'server9')).toEqual([]);
  });
});
