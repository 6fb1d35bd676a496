import { z } from 'zod';
import { isLoopback } from './api.ts';
import { duration, int, name, port, refuse } from './fields.ts';
import { type Secret, secret } from './secret.ts';

/** The kinds of alerts, most severe first. */
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

/** The settings of every channel. */
const common = {
  name: name.describe('name of the channel, for the log and for `vipflow alert test --channel`'),
  on: z
    .array(z.enum(ALERT_KINDS))
    .min(1)
    .default([...ALERT_KINDS])
    .describe('alerts that this channel sends; all by default'),
  timeout: duration(100, 120_000).prefault('10s').describe('time limit of one attempt'),
  rate: int(1, 3600).default(30).describe('maximum messages per hour; further ones wait'),
};

const line = z
  .string()
  .min(1)
  .regex(/^[^\r\n\0]*$/, 'must be a single line');
const url = z
  .string()
  .refine(text => /^https?:\/\/\S+$/.test(text) && URL.canParse(text), 'must be a URL that begins with https:// or http://');
const headers = z
  .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is not a valid header name'), secret(line))
  .default({})
  .describe('request headers; each value may be a secret');
const method = z.enum(['POST', 'PUT', 'GET']).default('POST').describe('request method');
const recipients = z.array(line).min(1, 'at least one recipient is required');

const SMTP_PORTS = { none: 25, starttls: 587, tls: 465 } as const;

const email = z
  .strictObject({
    type: z.literal('email'),
    ...common,
    host: line.describe('SMTP server'),
    port: port.optional().describe('by default 587 for starttls, 465 for tls, 25 for none'),
    security: z.enum(['none', 'starttls', 'tls']).default('starttls').describe('encryption of the connection'),
    ca: line.optional().describe('PEM file with the CA of a server with a private certificate'),
    user: line.optional().describe('user for AUTH; without it, no AUTH'),
    password: secret().optional().describe('password for AUTH'),
    from: line.describe('sender address'),
    to: recipients.describe('recipient addresses'),
  })
  .superRefine(({ user, password, security, host }, context) => {
    if (user !== undefined && password === undefined) refuse(context, '"password" is missing', ['user']);
    if (user === undefined && password !== undefined) refuse(context, '"user" is missing', ['password']);
    if (security === 'none' && password !== undefined && !isLoopback({ host }))
      refuse(context, 'sends the password unencrypted; use starttls or tls', ['security']);
  })
  .transform(settings => ({ ...settings, port: settings.port ?? SMTP_PORTS[settings.security] }));

const sms = z
  .strictObject({
    type: z.literal('sms'),
    ...common,
    preset: z
      .enum(['twilio', 'json', 'form'])
      .default('json')
      .describe('request format of the gateway; `url` and `body` describe any other'),
    url: secret(url).optional().describe('URL of the gateway; may contain {to}, {text}, {from}, {account} and {token}'),
    method,
    headers,
    body: z.string().optional().describe('request body, with the same placeholders; values are escaped for the content type'),
    contentType: line.optional().describe("content type of the body; by default the preset's"),
    account: line.optional().describe('value of {account}; the account SID for twilio'),
    token: secret().optional().describe('value of {token}; the auth token for twilio'),
    from: line.optional().describe('value of {from}: number or name of the sender'),
    to: recipients.describe('phone numbers, such as +33612345678; one request for each'),
  })
  .superRefine(({ preset, url, body, ...rest }, context) => {
    const needed = preset === 'twilio' ? (['account', 'token', 'from'] as const) : [];
    for (const key of needed) if (rest[key] === undefined) refuse(context, `preset twilio requires "${key}"`);
    if (preset !== 'twilio' && url === undefined) refuse(context, '"url" is missing');
    if (body !== undefined && !body.includes('{text}'))
      refuse(context, 'must contain {text}, the place of the message', ['body']);
  });

const webhook = z.strictObject({
  type: z.literal('webhook'),
  ...common,
  preset: z.enum(['generic', 'slack']).default('generic').describe('body: the alert as JSON, or Slack’s { text }'),
  url: secret(url).describe('URL of the webhook; Slack’s URL is itself a secret'),
  headers,
});

const command = z.strictObject({
  type: z.literal('command'),
  ...common,
  command: z.array(z.string()).min(1, 'a program is required').describe('program and its arguments, run without a shell'),
});

/** A channel on which alerts reach people or programs. */
export const alertChannel = z
  .discriminatedUnion('type', [email, sms, webhook, command], {
    error: issue => (issue.code === 'invalid_union' ? '"type" must be one of email, sms, webhook, command' : undefined),
  })
  .transform(({ timeout, ...rest }) => ({ ...rest, timeoutMs: timeout }));

export type AlertChannelConfig = z.output<typeof alertChannel>;
export type ChannelConfig<T extends AlertChannelConfig['type']> = Extract<AlertChannelConfig, { type: T }>;

/** The secrets of a channel that can be read now, to be redacted from texts; one that cannot be read cannot leak. */
export function secretsOf(channel: AlertChannelConfig): string[] {
  const { password, token, url, headers = {} } = channel as Partial<ChannelConfig<'email'> & ChannelConfig<'sms'>>;
  return [password, token, url, ...Object.values<Secret>(headers)].flatMap(secret => secret?.tryReveal() ?? []);
}
