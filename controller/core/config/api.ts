import { z } from 'zod';
import { distinctNames, type ListenAddress, name } from './fields.ts';
import { secret } from './secret.ts';

/** Shorter tokens can be guessed: 16 characters of `openssl rand -hex 16` are 64 bits. */
const MIN_TOKEN = 16;

const token = z
  .string()
  .min(MIN_TOKEN, `must have at least ${MIN_TOKEN} characters; \`openssl rand -hex 16\` generates a token`)
  // What may stand behind `Bearer` (RFC 6750, 2.1), and in a WebSocket's list of protocols.
  .regex(/^[A-Za-z0-9._~-]+$/, 'may contain only letters, digits and . _ ~ -');

const hostName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'must be a host name without scheme and port, such as lb.example')
  .transform(text => text.toLowerCase());

/** Who may use the HTTP API, and the host names of the controller. */
export const api = z
  .strictObject({
    tokens: z
      .array(
        z.strictObject({
          name: name.describe('owner of the token, for the log'),
          role: z
            .enum(['read', 'admin'])
            .default('read')
            .describe('`read` sees everything but secrets; `admin` may also change things'),
          token: secret(token).describe('the token, sent as `Authorization: Bearer TOKEN`'),
        }),
      )
      .max(100)
      .default([]),
    hosts: z
      .array(hostName)
      .max(100)
      .default([])
      .describe(
        'host names of the controller, beside localhost and IP addresses; requests for others are refused (DNS rebinding)',
      ),
  })
  .superRefine(({ tokens }, context) => distinctNames('tokens', tokens, 'a token', context));

export type ApiConfig = z.output<typeof api>;
export type TokenConfig = ApiConfig['tokens'][number];
export type Role = TokenConfig['role'];

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/** Whether only this machine can connect to an address. */
export function isLoopback({ host }: Pick<ListenAddress, 'host'>): boolean {
  return LOOPBACK.test(host);
}

/** The problem of serving on `address` without access control; undefined when there is none. */
export function exposure(address: ListenAddress, { tokens }: ApiConfig): string | undefined {
  if (isLoopback(address) || tokens.length > 0) return undefined;
  return `other machines can reach ${address.host}, and api.tokens is empty: add a token to api.tokens, or listen on 127.0.0.1:${address.port}`;
}
