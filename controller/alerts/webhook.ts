import { type ChannelConfig, secretsOf } from '../core/config/alert-channel.ts';
import { request } from './http-request.ts';
import { type AlertMessage, type Deliver, jsonOf } from './message.ts';

type WebhookConfig = ChannelConfig<'webhook'>;

const BODIES: Readonly<Record<WebhookConfig['preset'], (message: AlertMessage) => unknown>> = {
  generic: jsonOf,
  /** https://api.slack.com/messaging/webhooks; Mattermost and Rocket.Chat take the same. */
  slack: ({ subject, body }) => ({ text: mrkdwn(`*${subject}*\n${body}`) }),
};

/** A POST with the alert as JSON. */
export function webhookChannel(config: WebhookConfig): Deliver {
  return async (message, signal) => {
    const own = Object.entries(config.headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]);
    const headers = { 'content-type': 'application/json', ...Object.fromEntries(own) };
    const body = JSON.stringify(BODIES[config.preset](message));
    const secrets = secretsOf(config);
    await request({ method: 'POST', url: config.url.reveal(), headers, body, secrets }, signal);
  };
}

/** Slack's control characters: https://api.slack.com/reference/surfaces/formatting#escaping */
function mrkdwn(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
