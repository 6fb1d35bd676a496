import type { ServerView, ServiceView, SwitchView } from '../../controller/api/shapes.ts';

/** The first switch. */
export const DPID = '0000000000000001';

/** Resources as REST gives them, of a quiet service. */
export function fakeServer(number: number, change: Partial<ServerView> = {}): ServerView {
  return {
    name: `server${number}`,
    ip: `10.0.0.${number}`,
    port: 8000,
    weight: 1,
    ramp: 1,
    state: 'ready',
    health: 'up',
    reason: 'answers ARP',
    since: null,
    location: { dpid: DPID, port: number, mac: `00:00:00:00:00:0${number % 10}` },
    connections: 0,
    oldestMs: null,
    chosen: 0,
    share: null,
    expectedShare: 0.25,
    newPerSecond: 0,
    bytesPerSecond: 0,
    responseMs: null,
    ...change,
  };
}

export function fakeService(name: string, servers: readonly ServerView[], change: Partial<ServiceView> = {}): ServiceView {
  return {
    name,
    vip: '10.0.0.100',
    mac: '02:56:0a:00:00:64',
    protocol: 'tcp',
    port: 80,
    strategy: { name: 'round-robin', options: {} },
    shadow: null,
    affinity: { by: 'none', expiryMs: 0, ports: 0 },
    mode: 'auto',
    state: 'up',
    connections: 0,
    newPerSecond: 0,
    bytesPerSecond: 0,
    servers: [...servers],
    ...change,
  };
}

/** What Open vSwitch can do. */
export const OPEN_VSWITCH = {
  ...{ tcpFlags: true, finTimeout: true, registers: true, learn: true, bundles: true },
  ...{ selectGroups: true, meters: true, keepsOrder: true },
} as const satisfies SwitchView['capabilities'];

export function fakeSwitch(number: number, change: Partial<SwitchView> = {}): SwitchView {
  return {
    dpid: number.toString(16).padStart(16, '0'),
    number,
    address: '127.0.0.1:40000',
    description: 'Open vSwitch',
    connected: true,
    since: new Date().toISOString(),
    ports: [],
    flows: 20,
    capabilities: OPEN_VSWITCH,
    restored: 0,
    ...change,
  };
}
