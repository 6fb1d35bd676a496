import type { LabHost, LabService, LabSpec } from './spec.ts';

const server = (number: number): LabHost => ({
  name: `h${number}`,
  ip: `10.0.0.${number}`,
  role: 'server',
  page: `Server ${number}`,
  http: 8000,
  udp: 9000,
});

const client = (number: number): LabHost => ({ name: `h${number}`, ip: `10.0.0.${number}`, role: 'client' });

const hosts: readonly LabHost[] = [server(1), server(2), server(3), client(4), client(5)];

const pool = (port: number) => [1, 2, 3].map(number => ({ name: `server${number}`, ip: `10.0.0.${number}`, port }));

const services: readonly LabService[] = [
  { name: 'web', vip: '10.0.0.100', protocol: 'tcp', port: 80, strategy: 'round-robin', servers: pool(8000) },
  { name: 'echo', vip: '10.0.0.100', protocol: 'udp', port: 53, strategy: 'round-robin', servers: pool(9000) },
];

/** The labs that come with vipflow, by name. */
export const labs = {
  single: {
    name: 'single',
    description: 'one switch, three servers (h1 to h3), two clients (h4, h5)',
    switches: [{ name: 's1' }],
    hosts,
    links: hosts.map(host => [host.name, 's1'] as const),
    services,
  },
  linear: {
    name: 'linear',
    description: 'two linked switches: both clients and server h1 on s1, servers h2 and h3 on s2',
    switches: [{ name: 's1' }, { name: 's2' }],
    hosts,
    links: [
      ['h1', 's1'],
      ['h4', 's1'],
      ['h5', 's1'],
      ['h2', 's2'],
      ['h3', 's2'],
      ['s1', 's2'],
    ],
    services,
  },
  two: {
    name: 'two',
    description: 'the smallest: one switch, one server (h1), one client (h2)',
    switches: [{ name: 's1' }],
    hosts: [server(1), client(2)],
    links: [
      ['h1', 's1'],
      ['h2', 's1'],
    ],
    services: services.map(service => ({ ...service, servers: service.servers.slice(0, 1) })),
  },
} as const satisfies Record<string, LabSpec>;

export type LabName = keyof typeof labs;
