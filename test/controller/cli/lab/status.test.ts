import { expect, test } from 'vitest';
import { labStatus } from '../../../../controller/cli/lab/status.ts';
import type { LabState } from '../../../../topologies/control/lab-state.ts';

const state: LabState = {
  ...{ v: 1, name: 'two', topology: 'two', on: 'embedded', pid: 42, since: '2026-11-23T10:00:00.000Z' },
  ...{ controller: '127.0.0.1:6653', log: 'ws://127.0.0.1:8080/flows' },
  services: [{ name: 'web', protocol: 'tcp', vip: '10.0.0.100', port: 80 }],
  switches: [{ name: 's1', dpid: '0000000000000001', connected: true }],
  hosts: [
    { name: 'h1', ip: '10.0.0.1', role: 'server', on: true },
    { name: 'h2', ip: '10.0.0.2', role: 'client', on: true },
  ],
  links: [
    { ends: ['h1', 's1'], up: true },
    { ends: ['h2', 's1'], up: true },
  ],
  load: { requestsPerSecond: 2, answered: 10, failed: 1 },
};

test('a lab that is well', () => {
  expect(labStatus(state)).toBe(`two, embedded, since 2026-11-23T10:00:00.000Z, process 42
  controller 127.0.0.1:6653, in the same process
  log        ws://127.0.0.1:8080/flows
  switches   s1 connected
  servers    h1 10.0.0.1
  clients    h2 10.0.0.2
  services   web tcp 10.0.0.100:80
  links      all up
  load       2 requests per second; 10 answered, 1 failed`);
});

test('one of several, that has lost its controller, a host and a link', () => {
  const text = labStatus({
    ...state,
    ...{ name: 'two-2', on: 'mininet', log: null, load: null },
    switches: [{ name: 's1', dpid: '0000000000000001', connected: false }],
    hosts: state.hosts.map(host => ({ ...host, on: host.name !== 'h1' })),
    links: state.links.map(({ ends }) => ({ ends, up: ends[0] !== 'h1' })),
  });
  expect(text).toContain('two-2 (two), mininet, since');
  expect(text).toContain('controller 127.0.0.1:6653, in another process');
  expect(text).toContain('s1 disconnected');
  expect(text).toContain('h1 10.0.0.1 (off)');
  expect(text).toContain('links      down: h1 - s1');
  expect(text).not.toContain('load');
});
