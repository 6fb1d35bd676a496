import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControllerClient } from '../../controller/cli/client/controller.ts';
import { machine } from '../../controller/cli/doctor/machine.ts';
import { doctorWorld } from '../../controller/cli/doctor/world.ts';
import { vocabulary } from '../../controller/cli/files/config.ts';
import { ConfigDocument } from '../../controller/core/config-file.ts';
import { examine } from '../../controller/doctor/doctor.ts';
import { factsOf, type Way } from '../../controller/doctor/facts.ts';
import type { Finding } from '../../controller/doctor/finding.ts';
import { machineClock } from '../../controller/machine-clock.ts';
import { startController } from '../../controller/main.ts';
import { labs } from '../../topologies/catalogue.ts';
import { BalancedLab, freePort, until } from './balanced-lab.ts';

/** Each trap is set up for real, found alone, and mended by the command that the finding gives. */

let balanced: BalancedLab;
const way: Way = { self: 'vipflow', toSwitch: '@s1 ', toHost: name => `@${name} ` };

beforeAll(async () => {
  balanced = await BalancedLab.start(labs.linear);
});
afterAll(() => balanced?.stop());

/** What the doctor finds in the lab. */
async function findings(hosts = balanced.lab.spec.hosts.map(({ name }) => name)): Promise<Finding[]> {
  const { lab, httpPort } = balanced;
  const place = {
    hosts: async () => hosts,
    run: (argv: readonly string[], host = 's1') => lab.exec(host, argv),
  };
  const world = doctorWorld(new ControllerClient(`http://127.0.0.1:${httpPort}`), place);
  return examine(await factsOf(world, { names: [], isWanted: true }, way));
}

/** Runs a command in a node; gives what it said. */
async function inside(node: string, line: string): Promise<string> {
  const { code, stdout, stderr } = await balanced.lab.exec(node, ['sh', '-c', line]);
  if (code !== 0) throw new Error(`${line}: ${stderr}`);
  return stdout;
}

/** Types the commands of a finding; `@h1 ` stands for the way into a node, at the beginning or in the middle. */
async function mend({ fix: commands }: Finding): Promise<void> {
  for (const command of commands) {
    const [, node = 's1', line = command] = /^@(\w+) (.*)$/.exec(command) ?? [];
    await inside(node, line.replaceAll(`@${node} `, ''));
  }
}

const names = (found: readonly Finding[]) => found.map(({ check, about }) => `${check}: ${about.join(', ')}`);

it('finds nothing in a healthy lab', async () => {
  expect(names(await findings())).toEqual([]);
});

interface Trap {
  readonly name: string;
  readonly set: readonly [node: string, line: string];
  readonly found: string;
  /** How it is taken away where the command of the finding cannot work in a lab. */
  readonly undo?: string;
  /** There is no such trap where the kernel has a datapath. */
  readonly isOfUserspace?: boolean;
  /** Nobody looks into the hosts. */
  readonly isBlind?: boolean;
}

const TRAPS: readonly Trap[] = [
  { name: 'OpenFlow 1.0 alone', set: ['s1', 'ovs-vsctl set bridge s1 protocols=OpenFlow10'], found: 'protocols: s1' },
  { name: 'no fail mode', set: ['s1', 'ovs-vsctl del-fail-mode s2'], found: 'fail-mode: s2' },
  { name: 'in-band control', set: ['s1', 'ovs-vsctl remove bridge s1 other-config disable-in-band'], found: 'in-band: s1' },
  {
    name: 'a controller looked for seldom',
    set: ['s1', 'ovs-vsctl set controller s1 max_backoff=8000'],
    found: 'controller-pace: s1',
  },
  {
    name: 'a controller never asked',
    set: ['s1', 'ovs-vsctl set controller s1 inactivity_probe=0'],
    found: 'controller-pace: s1',
  },
  {
    // Where it has room, the controller restores it at once.
    name: 'a table-miss flow deleted from a full table',
    set: [
      's1',
      'n=$(ovs-ofctl -O OpenFlow13 dump-flows s2 table=2 | grep -c table=) && ovs-vsctl -- --id=@t create Flow_Table flow_limit=$((n-1)) -- set bridge s2 flow_tables:2=@t && ovs-ofctl -O OpenFlow13 --strict del-flows s2 table=2,priority=0',
    ],
    found: 'table-room: s2,table-miss: s2',
  },
  {
    name: 'a flow of somebody else',
    set: ['s1', 'ovs-ofctl -O OpenFlow13 add-flow s1 table=1,priority=900,cookie=0xbad,tcp,tcp_dst=99,actions=drop'],
    found: 'foreign-flows: s1',
  },
  {
    name: 'a table with hardly any room',
    set: [
      's1',
      'n=$(ovs-ofctl -O OpenFlow13 dump-flows s1 table=0 | grep -c table=) && ovs-vsctl -- --id=@t create Flow_Table flow_limit=$n -- set bridge s1 flow_tables:0=@t',
    ],
    found: 'table-room: s1',
  },
  {
    name: 'checksums left to hardware',
    set: ['h4', 'ethtool -K h4-eth0 tx on'],
    found: 'checksum-offload: h4',
    isOfUserspace: true,
  },
  { name: 'an MTU that differs', set: ['h3', 'ip link set h3-eth0 mtu 1400'], found: 'mtu: h3-eth0' },
  {
    name: 'a VIP that somebody unknown answers for',
    set: ['h5', 'ip addr add 10.0.0.100/32 dev h5-eth0'],
    found: 'vip-owner: 10.0.0.100',
    undo: 'ip addr del 10.0.0.100/32 dev h5-eth0',
    isBlind: true,
  },
  {
    name: 'another controller',
    set: [
      's1',
      'ovs-vsctl get controller s2 target > /tmp/vipflow-doctor-target && ovs-vsctl set controller s2 target=\'"tcp:127.0.0.1:6699"\'',
    ],
    found: 'controller-target: s2',
    undo: 'ovs-vsctl set controller s2 target="$(cat /tmp/vipflow-doctor-target)"; rm /tmp/vipflow-doctor-target',
  },
  { name: 'a VIP on a server', set: ['h2', 'ip addr add 10.0.0.100/32 dev h2-eth0'], found: 'vip-owner: 10.0.0.100' },
  {
    name: 'a VIP outside of the network of a client',
    set: ['h5', 'ip addr flush dev h5-eth0 && ip addr add 10.0.0.5/26 dev h5-eth0'],
    found: 'vip-subnet: 10.0.0.100',
  },
  {
    name: 'two switches with one datapath id',
    set: ['s1', 'ovs-vsctl set bridge s2 other-config:datapath-id=0000000000000001'],
    found: 'datapath-id: s1, s2',
  },
  {
    name: 'a datapath that the kernel does not have',
    set: ['s1', 'ovs-vsctl set bridge s2 datapath_type=system'],
    found: 'datapath: s2',
    isOfUserspace: true,
  },
];

/** That the next one is found alone shows that the commands of the one before have mended it. */
const STEPS = [...TRAPS.map(trap => ({ ...trap, name: `${trap.name} is found alone` })), { name: 'nothing is left of them' }];

describe('of the traps', () => {
  it.each<Partial<Trap> & { name: string }>(STEPS)('$name', async ({ set, found, undo, isBlind, isOfUserspace }) => {
    if (isOfUserspace && balanced.lab.datapath === 'kernel') return;
    if (set !== undefined) await inside(...set);
    const expected = found === undefined ? [] : [found];
    let seen: Finding[] = [];
    const isFound = async () => {
      seen = await findings(isBlind ? [] : undefined);
      return names(seen).join() === expected.join();
    };
    await until(String(expected), isFound, SETTLED_MS).catch(() => expect(names(seen)).toEqual(expected));
    if (undo !== undefined) await inside(set![0], undo);
    else for (const finding of seen) await mend(finding);
  });
});

it('finds that Open vSwitch does not run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vipflow-doctor-'));
  const place = {
    hosts: async () => [],
    run: (argv: readonly string[]) => machine().run(['env', `OVS_RUNDIR=${folder}`, ...argv]),
  };
  const world = doctorWorld(new ControllerClient(`http://127.0.0.1:${balanced.httpPort}`), place);
  const found = examine(await factsOf(world, { names: ['br0'], isWanted: true }, way));
  rmSync(folder, { recursive: true });
  expect(names(found)).toEqual(['ovs-running: machine']);
});

it('finds a server that no switch can find', async () => {
  const client = new ControllerClient(`http://127.0.0.1:${balanced.httpPort}`);
  await client.send('POST', '/services/web/servers', { name: 'server9', ip: '10.0.0.99', port: 8000 });
  expect(names(await findings())).toEqual(['servers-known: web/server9']);
  await client.send('PATCH', '/services/web/servers/server9', { state: 'maintenance' });
  expect(names(await findings())).toEqual([]);
});

describe('where the controller should be', () => {
  const clock = { ...machineClock, offsetMs: 0, now: () => Date.now() + clock.offsetMs };
  const alone = async (url: string) => {
    const nowhere = { hosts: async () => [], run: async () => undefined };
    const world = doctorWorld(new ControllerClient(url), nowhere);
    return names(examine(await factsOf(world, { names: [], isWanted: false }, way)));
  };
  const controllerFor = async (api: object, use: (url: string) => Promise<void>) => {
    const listen = { openflow: '127.0.0.1:0', http: '127.0.0.1:0' };
    const controller = await startController(ConfigDocument.of({ listen, services: labs.two.services, api }, vocabulary), {
      clock,
    });
    try {
      await use(`http://127.0.0.1:${controller.httpPort}`);
    } finally {
      await controller.stop();
    }
  };

  it('nobody answers', async () => {
    expect(await alone(`http://127.0.0.1:${await freePort()}`)).toEqual(['controller-reach: controller']);
  });

  it('another program has the port', async () => {
    const other = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    expect(await alone(`http://127.0.0.1:${port}`)).toEqual(['controller-reach: controller']);
    other.close();
  });

  it('a token is wanted', () =>
    controllerFor({ tokens: [{ name: 'me', token: 'a-token-of-16-letters' }] }, async url => {
      expect(await alone(url)).toEqual(['controller-reach: controller']);
    }));

  it('its clock is wrong, and then was set back', () =>
    controllerFor({}, async url => {
      const client = new ControllerClient(url);
      expect(await alone(url)).toEqual([]);
      clock.offsetMs = 3_600_000;
      await client.send('PATCH', '/services/web/servers/server1', { weight: 2 });
      expect(await alone(url)).toContain('clock: controller');
      clock.offsetMs = 0;
      await client.send('PATCH', '/services/web/servers/server1', { weight: 3 });
      expect(await alone(url)).toEqual(['clock: controller']);
    }));
});

/** A switch that was cut off is back after a second or two. */
const SETTLED_MS = 6000;
