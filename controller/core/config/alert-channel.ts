import { z } from 'zod';
import { duration, name, port } from './fields.ts';
import { Secret, secret } from './secret.ts';

/** What people are told of, the gravest first. */
export const ALERT_KINDS = [
  'service-down',
  'switch-lost',
  'panic',
  'table-full',
  'server-down',
  'flapping',
  'table-nearly-full',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** What every channel has. */
const common = {
  name: name.describe('name of the channel, in the log and for `vipflow alert test --channel`'),
  on: z
    .array(z.enum(ALERT_KINDS))
    .min(1)
    .default([...ALERT_KINDS])
    .describe('the alerts that go this way; all unless given'),
  timeout: duration(100, 120_000).prefault('10s').describe('time that one attempt has'),
  rate: z.int().min(1).max(3600).default(30).describe('messages an hour at most; more of them wait'),
};

const line = z
  .string()
  .min(1)
  .regex(/^[^\r\n\0]*$/, 'must be one line');
const url = z
  .string()
  .refine(text => /^https?:\/\/\S+$/.test(text) && URL.canParse(text), 'write a URL that begins with https:// or http://');
const headers = z
  .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is no name of a header'), secret(line))
  .default({})
  .describe('headers of the request; each value may be a secret');
const method = z.enum(['POST', 'PUT', 'GET']).default('POST').describe('method of the request');
const recipients = z.array(line).min(1, 'name whom to tell');

const SMTP_PORTS = { none: 25, starttls: 587, tls: 465 } as const;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

const email = z
  .strictObject({
    type: z.literal('email'),
    ...common,
    host: line.describe('SMTP server'),
    port: port.optional().describe('587 for starttls, 465 for tls, 25 for none unless given'),
    security: z.enum(['none', 'starttls', 'tls']).default('starttls').describe('how the connection is encrypted'),
    ca: line.optional().describe("file with the CA (PEM) of a server with a certificate of one's own"),
    user: line.optional().describe('user for AUTH; none unless given'),
    password: secret().optional().describe('password for AUTH'),
    from: line.describe('sender'),
    to: recipients.describe('recipients'),
  })
  .superRefine(({ user, password, security, host }, context) => {
    const issue = (at: string, message: string) => context.addIssue({ code: 'custom', path: [at], message });
    if (user !== undefined && password === undefined) issue('user', '"password" is missing');
    if (user === undefined && password !== undefined) issue('password', '"user" is missing');
    if (security === 'none' && password !== undefined && !LOOPBACK.test(host))
      issue('security', 'would send the password in the clear; use starttls or tls');
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, timeoutMs: timeout, port: rest.port ?? SMTP_PORTS[rest.security] }));

const sms = z
  .strictObject({
    type: z.literal('sms'),
    ...common,
    preset: z.enum(['twilio', 'json', 'form']).default('json').describe("the gateway's dialect; for all else `url` and `body`"),
    url: secret(url).optional().describe('the gateway; may hold {to}, {text}, {from}, {account} and {token}'),
    method,
    headers,
    body: z.string().optional().describe('the request, with the same places; escaped as `content-type` asks'),
    contentType: line.optional().describe("type of the body; the preset's unless given"),
    account: line.optional().describe('{account}; the account SID for twilio'),
    token: secret().optional().describe('{token}; the auth token for twilio'),
    from: line.optional().describe('{from}: number or name of the sender'),
    to: recipients.describe('numbers, such as +33612345678; one request for each'),
  })
  .superRefine(({ preset, url, body, ...rest }, context) => {
    const needed = preset === 'twilio' ? (['account', 'token', 'from'] as const) : [];
    for (const key of needed)
      if (rest[key] === undefined) context.addIssue({ code: 'custom', path: [], message: `preset twilio needs "${key}"` });
    if (preset !== 'twilio' && url === undefined) context.addIssue({ code: 'custom', path: [], message: '"url" is missing' });
    if (body !== undefined && !body.includes('{text}'))
      context.addIssue({ code: 'custom', path: ['body'], message: 'must hold {text}, where the message goes' });
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, timeoutMs: timeout }));

const webhook = z
  .strictObject({
    type: z.literal('webhook'),
    ...common,
    preset: z.enum(['generic', 'slack']).default('generic').describe('the whole alert as JSON, or Slack’s { text }'),
    url: secret(url).describe('where it goes; Slack’s URL is a secret in itself'),
    headers,
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, timeoutMs: timeout }));

const command = z
  .strictObject({
    type: z.literal('command'),
    ...common,
    command: z.array(z.string()).min(1, 'name a program').describe('program and arguments; no shell is involved'),
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, timeoutMs: timeout }));

const TYPES = ['email', 'sms', 'webhook', 'command'] as const;

/** A way on which alerts reach people or programs. */
export const alertChannel = z.discriminatedUnion('type', [email, sms, webhook, command], {
  error: issue => (issue.code === 'invalid_union' ? `"type" must be one of ${TYPES.join(', ')}` : undefined),
});

export type AlertChannelConfig = z.output<typeof alertChannel>;
export type ChannelConfig<T extends AlertChannelConfig['type']> = Extract<AlertChannelConfig, { type: T }>;

/** Every secret of a channel, for those who must keep it out of a text. */
export function secretsOf(channel: AlertChannelConfig): Secret[] {
  const { password, token, url, headers = {} } = channel as Partial<ChannelConfig<'email'> & ChannelConfig<'sms'>>;
  return [password, token, url, ...Object.values(headers)].filter(value => value instanceof Secret);
}
