import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { redacted } from '../../../controller/alerts/redaction.ts';
import { secretsOf } from '../../../controller/core/config/alert-channel.ts';
import { alerts } from '../../../controller/core/config/alerts.ts';
import { changesBetween } from '../../../controller/core/config/changes.ts';
import { Secret } from '../../../controller/core/config/secret.ts';

const PASSWORD = 'tr0ub4dor&3';
const HOOK = 'https://hooks.example.com/services/T0000/B1111/abcdefgh';

const config = (password: unknown = PASSWORD) =>
  alerts.parse({
    channels: [
      { name: 'mail', type: 'email', host: 'h', from: 'a@b', to: ['c@d'], user: 'me', password },
      { name: 'chat', type: 'webhook', preset: 'slack', url: HOOK, headers: { 'x-key': PASSWORD } },
      { name: 'sms', type: 'sms', preset: 'twilio', account: 'AC1', token: PASSWORD, from: '+1', to: ['+2'] },
    ],
  });

describe('a secret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vipflow-secret-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each<[string, (value: object) => string]>([
    ['JSON', value => JSON.stringify(value)],
    ['YAML', value => stringify(value)],
    ['text', value => `${value} ${Object.values(value).join()}`],
    ['inspection', value => inspect(value, { depth: 9, showHidden: true })],
    ['a clone', value => JSON.stringify(structuredClone(JSON.parse(JSON.stringify(value))))],
    ['a list of changes', value => changesBetween(value, config('another')).join('\n')],
    ['a list of changes, the other way', value => changesBetween(config('another'), value).join('\n')],
  ])('does not show in %s of a configuration', (_, write) => {
    const text = write(config());
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain('abcdefgh');
  });

  it('shows its source, and is read again each time', () => {
    const file = join(folder, 'p');
    const secret = new Secret({ file });
    expect(JSON.stringify(secret)).toBe(JSON.stringify({ file }));
    expect(() => secret.reveal()).toThrow(`${file} cannot be read (ENOENT)`);
    writeFileSync(file, 'first\n');
    expect(secret.reveal()).toBe('first');
    writeFileSync(file, 'second\r\n');
    expect(secret.reveal()).toBe('second');
  });

  it('comes from the environment, and names a variable that is missing', () => {
    const secret = new Secret({ env: 'VIPFLOW_TEST_SECRET' });
    expect(() => secret.reveal()).toThrow('the environment variable VIPFLOW_TEST_SECRET is not set');
    process.env.VIPFLOW_TEST_SECRET = 'x';
    expect(secret.reveal()).toBe('x');
    delete process.env.VIPFLOW_TEST_SECRET;
  });

  it('is redacted from texts of gateways, in every encoding', () => {
    const secrets = config().channels.flatMap(channel => secretsOf(channel));
    const forms = [
      PASSWORD,
      encodeURIComponent(PASSWORD),
      JSON.stringify({ a: PASSWORD }),
      Buffer.from(PASSWORD).toString('base64'),
    ];
    const parts = [HOOK, 'abcdefgh', '/services/T0000/B1111/abcdefgh'];
    const clean = redacted(`no ${[...forms, ...parts].join(' ')}\nat all`, secrets);
    for (const form of [...forms.slice(0, 2), PASSWORD.slice(2), 'abcdefgh', forms[3]]) expect(clean).not.toContain(form);
    expect(clean).toMatch(/^no .* at all$/);
  });

  it('leaves a configuration without any that was not taken care of', () => {
    for (const channel of config().channels) expect(secretsOf(channel).length).toBeGreaterThan(0);
    expect(secretsOf(config().channels[1]!)).toHaveLength(2);
  });
});
