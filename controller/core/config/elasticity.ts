import { z } from 'zod';
import { duration, int, refuse } from './fields.ts';

/** Bounds of the load; an absent one is not checked. */
const load = z.strictObject({
  connections: z.number().positive().optional().describe('living connections per server in use'),
  newPerSecond: z.number().positive().optional().describe('new connections per second and server in use'),
  responseP95: duration(1, 60_000).optional().describe('95th percentile of the time from SYN to SYN-ACK'),
});

const hook = z
  .strictObject({
    command: z.array(z.string().min(1)).min(1).optional().describe('program and its arguments'),
    webhook: z
      .string()
      .refine(text => /^https?:\/\//.test(text) && URL.canParse(text), 'must be a URL that begins with https:// or http://')
      .optional()
      .describe('URL to which JSON is posted'),
    timeout: duration(100, 600_000).prefault('60s').describe('time limit of one call'),
  })
  .refine(
    ({ command, webhook }) => (command === undefined) !== (webhook === undefined),
    'either a command or a webhook is required',
  );

/** How the number of servers in use follows the load. */
export const elasticity = z
  .strictObject({
    min: int(1, 1000).default(1).describe('minimum number of servers in use'),
    max: int(1, 1000).default(1000).describe('maximum number of servers in use'),
    up: load.describe('upper bounds: above any of these, one more server is taken into use'),
    down: load.describe('lower bounds: below all of these, one server is drained and becomes a spare again'),
    for: duration(500, 3_600_000).prefault('10s').describe('time that a load must last before a change'),
    coolDown: duration(500, 86_400_000).prefault('60s').describe('time between two changes'),
    start: hook.optional().describe('hook that is called when there is no spare; it starts a server and adds it by REST'),
    stop: hook.optional().describe('hook that is called when an added server has been drained; it stops that server'),
  })
  .superRefine(({ up, down, min, max }, context) => {
    if (max < min) refuse(context, `must be at least min (${min})`, ['max']);
    if (Object.values(up).every(value => value === undefined))
      refuse(context, 'at least one bound is required, such as connections: 50', ['up']);
    for (const key of ['connections', 'newPerSecond', 'responseP95'] as const) {
      const [high, low] = [up[key], down[key]];
      if (high !== undefined && low !== undefined && low >= high)
        refuse(context, 'must be lower than the upper bound, or servers would be added and removed all the time', ['down', key]);
    }
  })
  .transform(({ for: forMs, coolDown, ...rest }) => ({ ...rest, forMs, coolDownMs: coolDown }));

export type ElasticityConfig = z.output<typeof elasticity>;
export type HookConfig = z.output<typeof hook>;
