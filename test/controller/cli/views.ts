import type { DecisionView, ServerView, ServiceView, StatusView } from '../../../controller/api/shapes.ts';
import { toDpid } from '../../../controller/core/dpid.ts';

export const server = (name: string, change: Partial<ServerView> = {}): ServerView => ({
  ...{ name, ip: '10.0.0.1', port: 8000, weight: 1, ramp: 1, state: 'ready', health: 'up', reason: 'answers ARP', since: null },
  location: { dpid: '0000000000000001', port: 1, mac: '00:00:00:00:00:01' },
  ...{ connections: 12, oldestMs: 14_000, chosen: 40, share: 0.5, expectedShare: 0.25, newPerSecond: 1.25 },
  ...{ bytesPerSecond: 1_234_567, responseMs: 3.2 },
  ...change,
});

export const service = (name: string, servers: readonly ServerView[], change: Partial<ServiceView> = {}): ServiceView => ({
  ...{ name, vip: '10.0.0.100', mac: '02:56:0a:00:00:64', protocol: 'tcp', port: 80, mode: 'auto', state: 'up' },
  strategy: { name: 'weighted-least-connections', options: {} },
  shadow: null,
  affinity: { by: 'none', expiryMs: 300_000, ports: 1024 },
  ...{ connections: 24, newPerSecond: 2.5, bytesPerSecond: 2_469_134 },
  servers: [...servers],
  ...change,
});

export const status: StatusView = {
  ...{ version: '0.1.0', startedAt: '2026-11-22T09:00:00.000Z', now: '2026-11-22T10:00:00.000Z', uptimeMs: 3_600_000 },
  ...{ switches: 1, connections: 24, services: 1, decisionsPerSecond: 2.5, seq: 5 },
  config: { file: 'vipflow.yaml', writable: true, unsaved: false },
};

export const decision: DecisionView = {
  ...{ v: 1, seq: 7, time: '2026-11-22T10:00:00.123Z', type: 'decision', service: 'web', dpid: toDpid(1n) },
  ...{ protocol: 'tcp', client: { ip: '10.0.0.4', port: 40_112 }, vip: { ip: '10.0.0.100', port: 80 } },
  ...{ server: { name: 'server2', ip: '10.0.0.2', port: 8000 }, strategy: 'least-connections' },
  reason: {
    rule: 'fewest living connections',
    candidates: [
      { name: 'server2', score: 1 },
      { name: 'server1', score: 2.34567 },
    ],
  },
  shadow: { strategy: 'hash', server: 'server1' },
  flows: [
    {
      ...{ table: 1, priority: 400 },
      match: { ethType: 0x0800, ipProto: 6, ipv4Src: '10.0.0.4', tcpSrc: 40_112, ipv4Dst: '10.0.0.100', tcpDst: 80 },
      actions: [
        { type: 'setField', field: { ethDst: '00:00:00:00:00:02' } },
        { type: 'setField', field: { ipv4Dst: '10.0.0.2' } },
        { type: 'setField', field: { tcpDst: 8000 } },
        { type: 'output', port: 2 },
      ],
    },
  ],
};
