import { readFileSync } from 'node:fs';
import { type ChannelConfig, secretsOf } from '../core/config/alert-channel.ts';
import { endpointText } from '../core/endpoint.ts';
import { connectionFailure, DeliveryError } from './failure.ts';
import type { Deliver } from './message.ts';
import { redacted } from './redaction.ts';

type EmailConfig = ChannelConfig<'email'>;

/** What nodemailer adds to an error. */
interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly command?: string;
  /** The system's code, where nodemailer replaced it by its own. */
  readonly originalCode?: string;
}

/** Mail over SMTP, one connection for each: alerts are rare. */
export function emailChannel(config: EmailConfig): Deliver {
  const { from, to } = config;
  return async ({ id, subject, body, time }, signal) => {
    const { createTransport } = await import('nodemailer'); // on demand: few controllers ever send a mail
    const transport = createTransport(transportOf(config));
    try {
      const mail = { from, to: [...to], subject, text: body, date: new Date(time), messageId: `<${id}@vipflow>` };
      // RFC 3834: no out-of-office notes in return
      const { rejected } = await transport.sendMail({ ...mail, headers: { 'Auto-Submitted': 'auto-generated' }, signal });
      // The other recipients got the mail: it is not sent again.
      if (rejected.length > 0)
        throw new DeliveryError('rejected', `${whereOf(config)} refuses mail to ${rejected.join(', ')}`, 'check `to`');
    } catch (error) {
      throw failureOf(error as SmtpError, config);
    } finally {
      transport.close();
    }
  };
}

function transportOf({ host, port, security, ca, user, password, timeoutMs }: EmailConfig) {
  return {
    ...{ host, port, secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...{ disableFileAccess: true, disableUrlAccess: true },
    tls: { minVersion: 'TLSv1.2' as const, ...(ca !== undefined && { ca: certificateIn(ca) }) },
    ...(user !== undefined && { auth: { user, pass: password!.reveal() } }),
  };
}

function certificateIn(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DeliveryError('permanent', `${file} cannot be read (${code})`, '`ca` must name a readable PEM file');
  }
}

function failureOf(error: SmtpError, config: EmailConfig): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { code, responseCode, response = '', originalCode } = error;
  const where = whereOf(config);
  if (code === 'EAUTH' || responseCode === 530 || responseCode === 535) {
    const detail = response === '' ? '' : ` (${replyText(response, config)})`;
    return new DeliveryError('permanent', `${where} refuses the user or the password${detail}`, 'check `user` and `password`');
  }
  if (code === 'ETLS') return tlsFailure(where, config);
  if (responseCode !== undefined) return refusal(error, `${where} answers ${replyText(response, config)}`);
  return connectionFailure(originalCode ?? code, where);
}

/** RFC 5321, 4.2.1: 4yz may be tried again, 5yz not as it is. */
function refusal({ code, responseCode = 0 }: SmtpError, reason: string): DeliveryError {
  if (responseCode < 500)
    return new DeliveryError('temporary', reason, 'vipflow retries; see the log of the mail server if the failure persists');
  const isOfMessage = code === 'EENVELOPE' || code === 'EMESSAGE';
  const remedy = 'check `from` and `to`, and what the server allows this user to send';
  return new DeliveryError(isOfMessage ? 'rejected' : 'permanent', reason, remedy);
}

function whereOf({ host, port }: EmailConfig): string {
  return endpointText({ ip: host, port });
}

function tlsFailure(where: string, { security }: EmailConfig): DeliveryError {
  const remedy =
    security === 'starttls' ? 'use `security: tls` with port 465 if the server supports it' : 'check `security` and `port`';
  return new DeliveryError('permanent', `${where} does not support the encryption of \`security\``, remedy);
}

function replyText(response: string, config: EmailConfig): string {
  const { user = '' } = config;
  const secrets = secretsOf(config);
  // RFC 4616: AUTH PLAIN sends user and password as one word
  return redacted(response, [...secrets, ...secrets.map(password => `\0${user}\0${password}`)]);
}
