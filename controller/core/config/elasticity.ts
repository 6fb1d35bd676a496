import { z } from 'zod';
import { duration } from './fields.ts';

/** A load of the servers that are in use; what is not given is not looked at. */
const load = z.strictObject({
  connections: z.number().positive().optional().describe('living connections for each server in use'),
  newPerSecond: z.number().positive().optional().describe('new connections a second for each server in use'),
  responseP95: duration(1, 60_000).optional().describe('95th percentile of the time from SYN to SYN-ACK'),
});

const hook = z
  .strictObject({
    command: z.array(z.string().min(1)).min(1).optional().describe('program and arguments'),
    webhook: z
      .string()
      .refine(text => /^https?:\/\//.test(text) && URL.canParse(text), 'write a URL that begins with https:// or http://')
      .optional()
      .describe('URL that gets a POST of JSON'),
    timeout: duration(100, 600_000).prefault('60s').describe('time that one call has'),
  })
  .refine(({ command, webhook }) => (command === undefined) !== (webhook === undefined), 'name a command or a webhook');

/** How the number of servers in use follows the load. */
export const elasticity = z
  .strictObject({
    min: z.int().min(1).max(1000).default(1).describe('servers that stay in use however low the load'),
    max: z.int().min(1).max(1000).default(1000).describe('servers that are in use at most'),
    up: load.describe('above any of these, one more server is taken into use'),
    down: load.describe('below all of these, one server is drained and becomes a spare again'),
    for: duration(500, 3_600_000).prefault('10s').describe('time that a load has to last'),
    coolDown: duration(500, 86_400_000).prefault('60s').describe('time after a change in which there is no other'),
    start: hook.optional().describe('called when there is no spare: it starts a server and adds it by REST'),
    stop: hook.optional().describe('called when a server that was added so has been drained: it ends it'),
  })
  .superRefine(({ up, down, min, max }, context) => {
    if (max < min) context.addIssue({ code: 'custom', path: ['max'], message: `must be at least min (${min})` });
    if (Object.values(up).every(value => value === undefined))
      context.addIssue({ code: 'custom', path: ['up'], message: 'name a load, such as connections: 50' });
    for (const key of ['connections', 'newPerSecond', 'responseP95'] as const) {
      const [high, low] = [up[key], down[key]];
      if (high !== undefined && low !== undefined && low >= high)
        context.addIssue({ code: 'custom', path: ['down', key], message: 'must be lower than up, or servers would come and go' });
    }
  })
  .transform(({ for: forMs, coolDown, start, stop, ...rest }) => ({
    ...rest,
    forMs,
    coolDownMs: coolDown,
    ...(start && { start }),
    ...(stop && { stop }),
  }));

export type ElasticityConfig = z.output<typeof elasticity>;
export type HookConfig = z.output<typeof hook>;
