import { describe, expect, it } from 'vitest';
import { vocabulary } from '../../../../controller/cli/files/config.ts';
import { configYaml } from '../../../../controller/cli/files/config-yaml.ts';
import { ConfigDocument } from '../../../../controller/core/config-file.ts';

const SMALL = `
services:
  - { name: web, vip: 10.0.0.100, port: 80, servers: [{ name: a, ip: 10.0.0.1 }] }`;

const LARGE = `
listen: { openflow: "[::1]:6653", http: 127.0.0.1:0 }
services:
  - name: web
    vip: 10.0.0.100
    port: 80
    strategy: { name: hash, by: client-ip }
    shadow: random
    affinity: { by: client-ip, expiry: 90s }
    idleTimeout: 2m
    health: { type: http, interval: 1500ms, http: { path: /ready, status: [200, 300-399], body: ok } }
    servers: [{ name: a, ip: 10.0.0.1, state: standby, weight: 9 }]
alerts:
  repeat: 2h
  channels:
    - { name: hook, type: webhook, url: { env: HOOK } }
    - { name: mail, type: email, host: mail.example, user: me, password: { file: /run/secret }, from: a@b.example, to: [c@d.example] }`;

describe('vipflow check --print', () => {
  it.each([
    ['what is there by default', SMALL],
    ['everything that was said', LARGE],
  ])('prints %s as a configuration that means the same', (_name, text) => {
    const config = ConfigDocument.parse(text, vocabulary).config;
    const printed = configYaml(config);
    expect(JSON.stringify(ConfigDocument.parse(printed, vocabulary).config)).toBe(
      JSON.stringify(ConfigDocument.parse(configYaml(ConfigDocument.parse(printed, vocabulary).config), vocabulary).config),
    );
    expect(plain(ConfigDocument.parse(printed, vocabulary).config)).toEqual(plain(config));
  });

  it('never prints a secret', () => {
    const text = LARGE.replace('{ file: /run/secret }', 'my-password').replace(
      '{ env: HOOK }',
      'https://hooks.example/my-secret',
    );
    expect(configYaml(ConfigDocument.parse(text, vocabulary).config)).not.toMatch(/my-password|my-secret/);
  });
});

const plain = (config: unknown) => JSON.parse(JSON.stringify(config)) as unknown;
