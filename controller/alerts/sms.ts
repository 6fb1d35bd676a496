import { type ChannelConfig, secretsOf } from '../core/config/alert-channel.ts';
import { DeliveryError } from './failure.ts';
import { type HttpRequest, request } from './http-request.ts';
import type { Deliver } from './message.ts';
import { escapeFor, filled, inHeader, inUrl, type Values } from './template.ts';

type SmsConfig = ChannelConfig<'sms'>;

interface Preset {
  readonly url?: string;
  readonly contentType: string;
  readonly body: string;
  /** HTTP basic authentication with account and token. */
  readonly isBasic?: boolean;
}

const PRESETS: Readonly<Record<SmsConfig['preset'], Preset>> = {
  /** https://www.twilio.com/docs/messaging/api/message-resource */
  twilio: {
    url: 'https://api.twilio.com/2010-04-01/Accounts/{account}/Messages.json',
    contentType: 'application/x-www-form-urlencoded',
    body: 'To={to}&From={from}&Body={text}',
    isBasic: true,
  },
  json: { contentType: 'application/json', body: '{"to":"{to}","text":"{text}"}' },
  form: { contentType: 'application/x-www-form-urlencoded', body: 'to={to}&text={text}' },
};

/** A text message to each number through an HTTP gateway. */
export function smsChannel(config: SmsConfig): Deliver {
  /** The numbers that have the message already, so that a retry sends only to the others. */
  let reached = { id: '', numbers: new Set<string>() };
  return async (message, signal) => {
    if (reached.id !== message.id) reached = { id: message.id, numbers: new Set() };
    const done = reached.numbers;
    const failures: DeliveryError[] = [];
    for (const to of config.to) {
      if (done.has(to)) continue;
      try {
        await request(requestFor(config, to, message.short), signal);
        done.add(to);
      } catch (error) {
        if (signal.aborted || !(error instanceof DeliveryError)) throw error;
        failures.push(error);
      }
    }
    // A refused number must not stop the others.
    const failure = failures.find(({ kind }) => kind !== 'rejected') ?? failures[0];
    if (failure !== undefined) throw failure;
  };
}

function requestFor(config: SmsConfig, to: string, text: string): HttpRequest {
  const preset = PRESETS[config.preset];
  const { method, account = '', from = '', headers, contentType = preset.contentType, body = preset.body } = config;
  const token = config.token?.reveal() ?? '';
  const values: Values = { to, text, from, account, token };
  const basic = Buffer.from(`${account}:${token}`).toString('base64');
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), filled(value.reveal(), values, inHeader)]);
  const hasBody = method !== 'GET';
  return {
    method,
    url: filled(config.url?.reveal() ?? preset.url!, values, inUrl),
    headers: {
      ...(hasBody && { 'content-type': contentType }),
      ...(preset.isBasic && { authorization: `Basic ${basic}` }),
      ...Object.fromEntries(own),
    },
    ...(hasBody && { body: filled(body, values, escapeFor(contentType)) }),
    secrets: [...secretsOf(config), ...(preset.isBasic ? [`${account}:${token}`] : [])],
  };
}
