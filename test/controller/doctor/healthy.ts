import type { Facts } from '../../../controller/doctor/facts.ts';
import { parseFlows } from '../../../controller/doctor/flow-text.ts';
import type { HostFacts } from '../../../controller/doctor/host-facts.ts';
import type { BridgeFacts } from '../../../controller/doctor/switch-facts.ts';

const FLOWS = `
 cookie=0x7601100000000000, duration=9.1s, table=0, n_packets=3, n_bytes=126, priority=600,arp,arp_spa=10.0.0.100 actions=drop
 cookie=0x7601100000000000, duration=9.1s, table=0, n_packets=9, n_bytes=540, priority=0 actions=goto_table:1
 cookie=0x7601100000000000, duration=9.1s, table=1, n_packets=9, n_bytes=540, priority=0 actions=goto_table:2
 cookie=0x7601100000000000, duration=9.1s, table=2, n_packets=9, n_bytes=540, priority=0 actions=CONTROLLER:65535,goto_table:3
 cookie=0x7601100000000000, duration=9.1s, table=3, n_packets=9, n_bytes=540, priority=0 actions=ALL`;

export const bridge: BridgeFacts = {
  name: 's1',
  dpid: '0000000000000001',
  datapathType: 'netdev',
  isAlive: true,
  protocols: ['OpenFlow13'],
  failMode: 'secure',
  isInBandDisabled: true,
  controllers: [
    {
      ...{ target: 'tcp:127.0.0.1:6653', isConnected: true, inactivityProbeMs: 5000, maxBackoffMs: 1000 },
      ...{ connectionMode: '', lastError: '' },
    },
  ],
  ports: [1, 2].map(number => ({ name: `s1-eth${number}`, number, type: '', mtu: 1500, isTrunk: false })),
  flows: parseFlows(FLOWS),
  flowLimits: { 0: 1000 },
};

export const host = (name: string, ip: string): HostFacts => ({
  name,
  interfaces: [{ name: `${name}-eth0`, mtu: 1500, addresses: [{ ip, prefixLength: 8 }], leavesChecksums: false }],
  routes: [{ ip: '10.0.0.0', prefixLength: 8 }],
});

/** A lab with one server and one client, and nothing wrong with it. */
export const healthy: Facts = {
  node: { version: '20.19.0' },
  controller: {
    url: 'http://127.0.0.1:8080',
    reach: 'vipflow',
    openflow: { host: '0.0.0.0', port: 6653, isOpen: true },
    clock: { uptimeMs: 60_000, skewMs: 3, jumpMs: 0 },
    services: [
      {
        name: 'web',
        vip: '10.0.0.100',
        servers: [
          {
            ...{ name: 'server1', ip: '10.0.0.1', state: 'ready', health: 'up', reason: 'answers ARP' },
            location: { dpid: '0000000000000001', port: 1, mac: '00:00:00:00:00:01' },
          },
        ],
      },
    ],
    switches: [{ dpid: '0000000000000001', address: '127.0.0.1:40000', connected: true }],
    links: [],
  },
  openVswitch: { isInstalled: true, isRunning: true, isWanted: true, version: '3.1.0', bridges: [bridge], missing: [] },
  claims: [],
  hosts: [host('h1', '10.0.0.1'), host('h2', '10.0.0.2')],
  way: { self: 'vipflow', toSwitch: '', toHost: name => `in ${name}: ` },
};
