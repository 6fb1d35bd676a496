import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../../../controller/core/config-error.ts';
import { ConfigDocument } from '../../../controller/core/config-file.ts';

const words = { strategies: { 'round-robin': { options: z.strictObject({}) } } };

const SAMPLE = `
listen:
  openflow: 0.0.0.0:6653
  http: 127.0.0.1:8080
services:
  - name: web
    vip: 10.0.0.100
    protocol: tcp
    port: 80
    strategy: round-robin
    affinity: none
    mode: auto
    idleTimeout: 300s
    servers:
      - { name: server1, ip: 10.0.0.1, port: 8000, weight: 1 }
      - { name: server2, ip: 10.0.0.2 }
    health: { type: tcp, interval: 2s, timeout: 1s, rise: 2, fall: 3 }
`;

function problems(text: string): string[] {
  try {
    ConfigDocument.parse(text, words, 'v.yaml').config;
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
}

const service = (lines: string) => `services:\n  - name: web\n    vip: 10.0.0.100\n    port: 80\n${lines}`;
const servers = '    servers: [{ name: s1, ip: 10.0.0.1 }]\n';

describe('a configuration', () => {
  it('takes the sample of the documents, with defaults and units resolved', () => {
    const { listen, services } = ConfigDocument.parse(SAMPLE, words).config;
    expect(listen).toEqual({ openflow: { host: '0.0.0.0', port: 6653 }, http: { host: '127.0.0.1', port: 8080 } });
    expect(services[0]).toMatchObject({ mac: '02:56:0a:00:00:64', idleTimeoutMs: 300_000, finTimeoutMs: 12_000 });
    expect(services[0]!.servers.map(({ port }) => port)).toEqual([8000, 80]);
    expect(services[0]!.health).toMatchObject({ type: 'tcp', intervalMs: 2000, timeoutMs: 1000, rise: 2, fall: 3 });
  });

  it('listens for switches on all addresses and for HTTP on loopback by default', () => {
    const { listen } = ConfigDocument.parse(service(servers), words).config;
    expect(listen).toEqual({ openflow: { host: '0.0.0.0', port: 6653 }, http: { host: '127.0.0.1', port: 8080 } });
  });

  it('forgets silent UDP clients sooner than TCP ones', () => {
    expect(ConfigDocument.parse(service(`    protocol: udp\n${servers}`), words).config.services[0]!.idleTimeoutMs).toBe(30_000);
  });

  it.each([
    [
      'an unknown setting, with what was meant',
      service(`    stratgy: x\n${servers}`),
      ['v.yaml:5:5: services.0.stratgy: unknown setting; did you mean "strategy"?'],
    ],
    [
      'the beginning of a word',
      service(`    prot: tcp\n${servers}`),
      ['v.yaml:5:5: services.0.prot: unknown setting; did you mean "protocol"?'],
    ],
    [
      'a wrong type at its value',
      service(`    weight: 1\n    servers: [{ name: s1, ip: 10.0.0.1, weight: much }]\n`),
      [
        'v.yaml:5:5: services.0.weight: unknown setting; known:',
        'v.yaml:6:49: services.0.servers.0.weight: expected number, received string',
      ],
    ],
    [
      'a duration without a unit',
      service(`    idleTimeout: 300\n${servers}`),
      ['v.yaml:5:18: services.0.idleTimeout: must be a duration with a unit, such as 500ms, 2s or 5m, not 300'],
    ],
    [
      'a duration that switches cannot count',
      service(`    idleTimeout: 1500ms\n${servers}`),
      ['v.yaml:5:18: services.0.idleTimeout: must be whole seconds, because switches count in seconds'],
    ],
    [
      'a word that is no choice',
      service(`    protocol: sctp\n${servers}`),
      ['v.yaml:5:15: services.0.protocol: must be tcp or udp'],
    ],
    [
      'a strategy nobody knows',
      service(`    strategy: round-robbin\n${servers}`),
      ['v.yaml:5:15: services.0.strategy: unknown strategy "round-robbin"; did you mean "round-robin"?'],
    ],
    [
      'an IPv6 VIP, which is not supported yet',
      'services: [{ name: w, vip: "2001:db8::1", port: 80, servers: [{ name: s, ip: 10.0.0.1 }] }]',
      ['v.yaml:1:28: services.0.vip: IPv6 is not supported yet, use an IPv4 address'],
    ],
    [
      'a missing setting at its service',
      `services:\n  - name: web\n    port: 80\n${servers}`,
      ['v.yaml:2:5: services.0.vip: "vip" is missing'],
    ],
    [
      'the same server twice',
      service('    servers: [{ name: a, ip: 10.0.0.1 }, { name: a, ip: 10.0.0.1 }]\n'),
      [
        'v.yaml:5:50: services.0.servers.1.name: "a" is already a server of "web"',
        'v.yaml:5:57: services.0.servers.1.ip: 10.0.0.1:80 is already a server of "web"',
      ],
    ],
    [
      'a VIP that is a server',
      service('    servers: [{ name: a, ip: 10.0.0.100 }]\n'),
      ['v.yaml:5:30: services.0.servers.0.ip: 10.0.0.100 is a VIP; a server needs an address of its own'],
    ],
    ['no service at all', 'services: []\n', ['v.yaml:1:11: services: at least one service is required']],
    ['broken YAML', 'services:\n  - name: [web\n', ['v.yaml:3:1: ']],
    ['an empty file', '', ['v.yaml:1:1: services: "services" is missing']],
    [
      'a listener without a port',
      `listen: { http: localhost }\n${service(servers)}`,
      ['v.yaml:1:17: listen.http: must be HOST:PORT, such as 127.0.0.1:8080, not "localhost"'],
    ],
  ])('names the place of %s', (_title, text, expected) => {
    const found = problems(text);
    expect(found).toHaveLength(expected.length);
    for (const [i, start] of expected.entries())
      expect(found[i]!.startsWith(start), `${found[i]} should begin with ${start}`).toBe(true);
  });

  it('keeps its comments when it is edited, and refuses an edit that makes it invalid with its place', () => {
    const text = service(`    strategy: round-robin # for now\n${servers}`).replace('- name: web', '- name: web # the shop');
    const document = ConfigDocument.parse(text, words, 'v.yaml');
    const edited = document.edit([
      { path: ['services', 0, 'strategy'], value: 'round-robin' },
      { path: ['services', 0, 'servers', 0, 'weight'], value: 5 },
      { path: ['services', 0, 'servers', 1], value: { name: 's2', ip: '10.0.0.2' } },
    ]);
    expect(edited.toString()).toContain('strategy: round-robin # for now');
    expect(edited.toString()).toContain('- name: web # the shop');
    expect(edited.config.services[0]!.servers.map(({ name, weight }) => [name, weight])).toEqual([
      ['s1', 5],
      ['s2', 1],
    ]);
    expect(document.config.services[0]!.servers).toHaveLength(1);
    expect(() => document.edit([{ path: ['services', 0, 'port'], value: 0 }])).toThrow(/^v\.yaml:4:11: services\.0\.port: /);
  });

  it('refuses an alias bomb without growing', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`)
      .join('\n')}\n`;
    expect(() => ConfigDocument.parse(bomb, words).config).toThrow(ConfigError);
  });
});
