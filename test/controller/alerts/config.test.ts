import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../../../controller/core/config-error.ts';
import { ConfigDocument } from '../../../controller/core/config-file.ts';

const words = { strategies: { 'round-robin': { options: z.strictObject({}) } } };
const SERVICE = 'services: [{ name: web, vip: 10.0.0.100, port: 80, servers: [{ name: s1, ip: 10.0.0.1 }] }]\n';
const channel = (text: string) => `${SERVICE}alerts:\n  channels:\n    - ${text}\n`;

function problems(text: string): string[] {
  try {
    ConfigDocument.parse(text, words, 'v.yaml').config;
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
}

describe('the alerts of a configuration', () => {
  it.each([
    [
      'no type',
      channel('{ name: mail }'),
      ['v.yaml:4:7: alerts.channels.0.type: "type" must be one of email, sms, webhook, command'],
    ],
    [
      'no recipient, and a misspelt setting',
      channel('{ name: mail, type: email, host: h, from: a@b, pasword: x }'),
      [
        'v.yaml:4:7: alerts.channels.0.to: "to" is missing',
        'v.yaml:4:54: alerts.channels.0.pasword: unknown setting; did you mean "password"?',
      ],
    ],
    [
      'an unknown preset',
      channel('{ name: sms, type: sms, preset: twilo, to: ["+1"] }'),
      ['v.yaml:4:39: alerts.channels.0.preset: must be twilio or json or form'],
    ],
    [
      'a preset without a required setting',
      channel('{ name: sms, type: sms, preset: twilio, account: AC1, token: x, to: ["+1"] }'),
      ['v.yaml:4:7: alerts.channels.0: preset twilio requires "from"'],
    ],
    [
      'a body without the message',
      channel('{ name: sms, type: sms, url: "https://x.example", body: "hello", to: ["+1"] }'),
      ['v.yaml:4:63: alerts.channels.0.body: must contain {text}, the place of the message'],
    ],
    [
      'an unencrypted password',
      channel('{ name: m, type: email, host: mx.example, from: a@b, to: [c@d], user: u, password: p, security: none }'),
      ['v.yaml:4:103: alerts.channels.0.security: sends the password unencrypted; use starttls or tls'],
    ],
    [
      'an invalid URL',
      channel('{ name: hook, type: webhook, url: hooks.example/abcdefgh }'),
      ['v.yaml:4:41: alerts.channels.0.url: must be a URL that begins with https:// or http://'],
    ],
    [
      'two channels with one name',
      channel('{ name: c, type: command, command: [a] }\n    - { name: c, type: command, command: [b] }'),
      ['v.yaml:5:15: alerts.channels.1.name: "c" is already a channel'],
    ],
    [
      'an unknown alert',
      channel('{ name: c, type: command, command: [a], on: [server-dwn] }'),
      ['v.yaml:4:52: alerts.channels.0.on.0: must be'],
    ],
  ])('are refused with %s', (_, text, expected) => {
    expect(problems(text)).toEqual(expected.map(line => expect.stringContaining(line)));
  });

  it('do not show a secret', () => {
    const text = channel('{ name: m, type: email, host: 7, from: a@b, to: [], user: u, password: { evn: hunter22 } }');
    expect(problems(text).join()).not.toContain('hunter22');
    expect(problems(text).length).toBeGreaterThan(2);
  });

  it('have defaults for everything but the channels', () => {
    const { alerts } = ConfigDocument.parse(
      channel('{ name: m, type: email, host: mx.example, from: a@b, to: [c@d] }'),
      words,
    ).config;
    expect(alerts).toMatchObject({ lang: 'en', dampMs: 2000, switchGraceMs: 5000, resolved: true, repeatMs: undefined });
    expect(alerts.channels[0]).toMatchObject({ port: 587, security: 'starttls', timeoutMs: 10_000, rate: 30 });
  });
});
