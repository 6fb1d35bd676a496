import { z } from 'zod';
import { absorb, absorbText, finish } from './murmur.ts';
import type { ConnectionKey } from './strategy.ts';

/** The setting `by` of strategies that hash. */
export const hashedBy = z
  .enum(['client-ip', '5-tuple'])
  .default('client-ip')
  .describe('hash input: the address of the client, so that it keeps its server, or the whole 5-tuple');

/** A hash of 32 bits, the same in every process. */
export function connectionHash(
  { protocol, clientIp, clientPort, vip, port }: ConnectionKey,
  by: z.output<typeof hashedBy>,
): number {
  const client = absorbText(0, clientIp);
  if (by === 'client-ip') return finish(client, clientIp.length);
  const front = absorb(absorbText(absorb(client, clientPort), vip), port);
  return finish(absorbText(front, protocol), clientIp.length + vip.length + protocol.length + 2);
}
