import { z } from 'zod';
import { duration, int } from './fields.ts';

const KINDS = ['none', 'client-ip', 'client-ip-and-ports'] as const;

/** Source ports that count as one client behind a carrier's NAT: RFC 7422 gives each subscriber such a range. */
const PORTS = 1024;

const settings = z.strictObject({
  by: z.enum(KINDS).describe('what identifies a client: nothing, its address, or its address and a range of its source ports'),
  expiry: duration(1000, 7 * 86_400_000)
    .prefault('5m')
    .describe('idle time after which a client may get another server'),
  ports: int(1, 65_536).default(PORTS).describe('size of a port range, for `client-ip-and-ports`'),
});

/** Whether a client keeps its server: `client-ip`, or `{ by: client-ip, expiry: 5m }`. */
export const affinity = z
  .union([z.enum(KINDS).transform(by => settings.parse({ by })), settings])
  .transform(({ by, expiry, ports }) => ({ by, expiryMs: expiry, ports }));

export type AffinityConfig = z.output<typeof affinity>;

/** An affinity with its default settings. */
export function affinityBy(by: AffinityConfig['by']): AffinityConfig {
  return affinity.parse(by);
}
