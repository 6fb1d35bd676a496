import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ControllerFacts, ServerFacts } from '../../../controller/doctor/controller-facts.ts';
import { CHECKS, examine } from '../../../controller/doctor/doctor.ts';
import type { Facts } from '../../../controller/doctor/facts.ts';
import { parseFlows } from '../../../controller/doctor/flow-text.ts';
import { Row } from '../../../controller/doctor/ovsdb.ts';
import type { BridgeFacts, OpenVswitchFacts } from '../../../controller/doctor/switch-facts.ts';
import { bridge, healthy, host } from './healthy.ts';

const ofController = (change: Partial<ControllerFacts>): Facts => ({
  ...healthy,
  controller: { ...healthy.controller, ...change },
});
const ofSwitch = (change: Partial<OpenVswitchFacts>): Facts => ({
  ...healthy,
  openVswitch: { ...healthy.openVswitch, ...change },
});
const ofBridge = (change: Partial<BridgeFacts>): Facts => ofSwitch({ bridges: [{ ...bridge, ...change }] });
const ofTarget = (change: Partial<BridgeFacts['controllers'][number]>) =>
  ofBridge({ controllers: [{ ...bridge.controllers[0]!, ...change }] });
const [web] = healthy.controller.services;
const ofServer = (change: Partial<ServerFacts>) =>
  ofController({ services: [{ ...web!, servers: [{ ...web!.servers[0]!, ...change }] }] });
const cutOff = { switches: [{ dpid: bridge.dpid, address: '', connected: false }] };
const [client] = [host('h2', '10.0.0.2')];
const withClient = (change: Partial<typeof client>): Facts => ({
  ...healthy,
  hosts: [host('h1', '10.0.0.1'), { ...client!, ...change }],
});
const ofPort = (change: object) => withClient({ interfaces: [{ ...client!.interfaces[0]!, ...change }] });
const second = { ...bridge, name: 's2' };

/** What is so, which check finds it, and the command that mends it. */
const ROWS: readonly (readonly [string, Facts, string, RegExp])[] = [
  ['Node.js 18', { ...healthy, node: { version: '18.20.0' } }, 'node-version', /^nvm install 20/],
  ['nobody at the address', ofController({ reach: 'none', switches: [], services: [] }), 'controller-reach', /^vipflow run -c/],
  ['another program there', ofController({ reach: 'other', switches: [], services: [] }), 'controller-reach', /sport = :8080/],
  [
    'a token that is wanted',
    ofController({ reach: 'refused', switches: [], services: [] }),
    'controller-reach',
    /^VIPFLOW_TOKEN=/,
  ],
  [
    'a closed port for switches',
    ofController({ openflow: { host: '0.0.0.0', port: 6653, isOpen: false } }),
    'openflow-port',
    /6653/,
  ],
  [
    'no switch at all',
    { ...ofController({ switches: [] }), openVswitch: { ...healthy.openVswitch, isWanted: false, bridges: [] } },
    'switch-connected',
    /set bridge br0 protocols=OpenFlow13/,
  ],
  [
    'a clock that is an hour ahead',
    ofController({ clock: { uptimeMs: 60_000, skewMs: 3_600_000, jumpMs: 0 } }),
    'clock',
    /^timedatectl/,
  ],
  ['a clock that was set back', ofController({ clock: { uptimeMs: 60_000, skewMs: 0, jumpMs: -5000 } }), 'clock', /^timedatectl/],
  [
    'Open vSwitch not installed',
    ofSwitch({ isInstalled: false, isRunning: false, bridges: [] }),
    'ovs-running',
    /^apt-get install/,
  ],
  ['ovs-vswitchd not running', ofSwitch({ isRunning: false, bridges: [] }), 'ovs-running', /^service openvswitch-switch start/],
  ['no such bridge', ofSwitch({ missing: ['br7'] }), 'ovs-running', /list-br/],
  [
    'no datapath',
    { ...ofBridge({ isAlive: false, datapathType: 'system', flows: [] }), controller: { ...healthy.controller, ...cutOff } },
    'datapath',
    /datapath_type=netdev/,
  ],
  [
    'OpenFlow 1.0 alone',
    { ...ofBridge({ protocols: ['OpenFlow10'] }), controller: { ...healthy.controller, ...cutOff } },
    'protocols',
    /protocols=OpenFlow13/,
  ],
  [
    'an Open vSwitch that speaks 1.0 by default',
    { ...ofSwitch({ version: '1.10.0', bridges: [{ ...bridge, protocols: [] }] }) },
    'protocols',
    /protocols=OpenFlow13/,
  ],
  [
    'one datapath id twice',
    ofSwitch({ bridges: [bridge, second] }),
    'datapath-id',
    /s2 other-config:datapath-id=0000000000000002$/,
  ],
  [
    'no controller set',
    { ...ofBridge({ controllers: [] }), controller: { ...healthy.controller, ...cutOff } },
    'controller-target',
    /set-controller s1 tcp:127\.0\.0\.1:6653/,
  ],
  [
    'a controller on another port',
    { ...ofTarget({ target: 'tcp:127.0.0.1:6633' }), controller: { ...healthy.controller, ...cutOff } },
    'controller-target',
    /set-controller s1 tcp:127\.0\.0\.1:6653/,
  ],
  [
    'a controller on another port of an IPv6 address',
    {
      ...ofTarget({ target: 'tcp:[2001:db8::1]:6633' }),
      controller: {
        ...{ ...healthy.controller, ...cutOff, url: 'http://[2001:db8::1]:8080' },
        openflow: { host: '::', port: 6653, isOpen: true },
      },
    },
    'controller-target',
    /set-controller s1 tcp:\[2001:db8::1\]:6653/,
  ],
  ['a back-off of 8 s', ofTarget({ maxBackoffMs: undefined }), 'controller-pace', /max_backoff=1000/],
  ['no inactivity probe', ofTarget({ inactivityProbeMs: 0 }), 'controller-pace', /inactivity_probe=5000/],
  ['no fail mode', ofBridge({ failMode: '' }), 'fail-mode', /set-fail-mode s1 secure/],
  ['in-band control', ofBridge({ isInBandDisabled: false }), 'in-band', /disable-in-band=true/],
  [
    'a lost table-miss flow',
    ofBridge({ flows: bridge.flows.filter(({ table }) => table !== 2) }),
    'table-miss',
    /cookie=0x7601100000000000,table=2,priority=0,actions=controller/,
  ],
  ['all flows lost', ofBridge({ flows: [] }), 'table-miss', /clear bridge s1 protocols/],
  ['a full table', ofBridge({ flowLimits: { 0: 2 } }), 'table-room', /flow_limit=10000/],
  [
    "somebody's flow",
    ofBridge({ flows: [...bridge.flows, ...parseFlows(' cookie=0x1, table=1, n_packets=0, ip actions=drop')] }),
    'foreign-flows',
    /del-flows s1 cookie=0x1\/-1/,
  ],
  ['checksums left to hardware', ofPort({ leavesChecksums: true }), 'checksum-offload', /^in h2: ethtool -K h2-eth0 tx off/],
  ['a small MTU', ofPort({ mtu: 1400 }), 'mtu', /^in h2: ip link set h2-eth0 mtu 1500/],
  [
    'a host with the VIP',
    ofPort({
      addresses: [
        { ip: '10.0.0.2', prefixLength: 8 },
        { ip: '10.0.0.100', prefixLength: 32 },
      ],
    }),
    'vip-owner',
    /^in h2: ip addr del 10\.0\.0\.100\/32 dev h2-eth0/,
  ],
  ['somebody who answers for the VIP', { ...healthy, claims: [{ vip: '10.0.0.100', bridge: 's1' }] }, 'vip-owner', /ip addr del/],
  [
    'no way to the VIP',
    withClient({ routes: [{ ip: '10.0.0.0', prefixLength: 26 }] }),
    'vip-subnet',
    /^in h2: ip route add 10\.0\.0\.100\/32 dev h2-eth0/,
  ],
  [
    'a server that was never found',
    ofServer({ health: 'unknown', location: null }),
    'servers-known',
    /^in h1: ip link set h1-eth0 up/,
  ],
  [
    'a server that no host is',
    ofServer({ ip: '10.0.0.9', health: 'down', location: null }),
    'servers-known',
    /ip addr add 10\.0\.0\.9/,
  ],
];

describe('the doctor', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(examine(healthy)).toEqual([]);
  });

  it.each(ROWS)('finds %s alone, and names the command', (_name, facts, check, command) => {
    const found = examine(facts);
    expect(found.map(one => one.check)).toEqual([check]);
    expect(found[0]!.fix.join('\n')).toMatch(new RegExp(command.source, `${command.flags}m`));
    for (const text of [found[0]!.what, found[0]!.why]) expect(text).toMatch(/^\S.*\S\.$/);
  });

  it.each<[string, Facts]>([
    [
      'userspace checksums from Open vSwitch 3.2 on',
      { ...ofPort({ leavesChecksums: true }), openVswitch: { ...healthy.openVswitch, version: '3.2.0' } },
    ],
    [
      'checksums over the kernel',
      {
        ...ofPort({ leavesChecksums: true }),
        openVswitch: { ...healthy.openVswitch, bridges: [{ ...bridge, datapathType: 'system' }] },
      },
    ],
    ['a server in maintenance', ofServer({ state: 'maintenance', health: 'down', location: null })],
    ['a server that is down where it was found', ofServer({ health: 'down' })],
    [
      'servers of a controller that has just started',
      ofController({
        ...ofServer({ health: 'unknown', location: null }).controller,
        clock: { uptimeMs: 900, skewMs: 0, jumpMs: 0 },
      }),
    ],
    ['a database that does not know yet that its bridge is connected', ofTarget({ isConnected: false })],
    [
      'an out-of-band controller',
      { ...ofBridge({ isInBandDisabled: false, controllers: [{ ...bridge.controllers[0]!, connectionMode: 'out-of-band' }] }) },
    ],
    [
      'flows of others in tables that are not ours',
      ofBridge({ flows: [...bridge.flows, ...parseFlows(' cookie=0x1, table=9, ip actions=drop')] }),
    ],
    [
      'a machine without Open vSwitch, when nobody asked for one',
      ofSwitch({ isInstalled: false, isRunning: false, isWanted: false, bridges: [] }),
    ],
  ])('has nothing against %s', (_name, facts) => {
    expect(examine(facts)).toEqual([]);
  });

  it('explains nothing of one bridge by a finding about another', () => {
    const both = [
      { ...bridge, protocols: ['OpenFlow10'] },
      { ...second, dpid: '0000000000000002' },
    ];
    const facts = { ...ofSwitch({ bridges: both }), controller: { ...healthy.controller, switches: [] } };
    expect(examine(facts).map(({ check, about }) => `${check} ${about}`)).toEqual(['protocols s1', 'controller-target s2']);
  });

  it('has a row for each check in its document', () => {
    const text = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8');
    for (const [name, { fault }] of Object.entries(CHECKS))
      expect(text).toMatch(new RegExp(`\\| \`${name}\` +\\| ${escaped(fault)} +\\|`));
  });
});

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('what Open vSwitch prints', () => {
  it('a flow is read as far as it is needed', () => {
    const [flow] = parseFlows(
      'NXST_FLOW reply:\n cookie=0x76, duration=1.5s, table=1, n_packets=4, n_bytes=99, idle_timeout=300, send_flow_rem priority=400,tcp,nw_src=10.0.0.1,tp_dst=80 actions=mod_nw_dst:10.0.0.2,output:1',
    );
    expect(flow).toEqual({
      ...{ table: 1, priority: 400, cookie: 0x76n, packets: 4 },
      ...{ match: 'tcp,nw_src=10.0.0.1,tp_dst=80', actions: 'mod_nw_dst:10.0.0.2,output:1' },
    });
    expect(parseFlows(' cookie=0x0, table=0, ip actions=drop')[0]).toMatchObject({ priority: 32_768, match: 'ip' });
  });

  it('a row of the database gives sets, maps, and what is not set', () => {
    const text = JSON.stringify({
      headings: ['_uuid', 'name', 'protocols', 'fail_mode', 'other_config', 'max_backoff', 'is_connected'],
      data: [[['uuid', 'u-1'], 's1', ['set', ['OpenFlow10', 'OpenFlow13']], ['set', []], ['map', [['a', 'b']]], 1000, true]],
    });
    const [row] = Row.parse(text);
    expect(row!.one('_uuid')).toBe('u-1');
    expect(row!.all('protocols')).toEqual(['OpenFlow10', 'OpenFlow13']);
    expect([row!.one('fail_mode'), row!.number('fail_mode'), row!.number('max_backoff'), row!.one('is_connected')]).toEqual([
      '',
      undefined,
      1000,
      'true',
    ]);
    expect(row!.map('other_config').get('a')).toBe('b');
    expect(Row.parse('')).toEqual([]);
  });
});
