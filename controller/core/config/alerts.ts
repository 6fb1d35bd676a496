import { z } from 'zod';
import { alertChannel } from './alert-channel.ts';
import { distinctNames, duration } from './fields.ts';

const DAY = 86_400_000;

const flapping = z
  .strictObject({
    changes: z.int().min(2).max(100).default(5).describe('changes within the window from which something is flapping'),
    window: duration(1000, DAY).prefault('60s').describe('time in which the changes are counted'),
    calm: duration(1000, DAY).prefault('60s').describe('time without a change after which it is calm again'),
  })
  .transform(({ changes, window, calm }) => ({ changes, windowMs: window, calmMs: calm }));

/** Who is told, of what, and how often. Without channels alerts are in the log alone. */
export const alerts = z
  .strictObject({
    lang: z.enum(['en', 'fr']).default('en').describe('language of the messages'),
    damp: duration(0, 3_600_000).prefault('2s').describe('what happens within it is one message; shorter troubles are none'),
    switchGrace: duration(0, 3_600_000).prefault('5s').describe('time that a lost switch has to come back before it is an alert'),
    flapping: flapping.prefault({}),
    resolved: z.boolean().default(true).describe('whether the end of a trouble is a message, too'),
    repeat: duration(60_000, 7 * DAY)
      .optional()
      .describe('reminds of what lasts this often; never unless given'),
    channels: z.array(alertChannel).max(32).default([]),
  })
  .superRefine(({ channels }, context) => distinctNames('channels', channels, 'a channel', context))
  .transform(({ damp, switchGrace, repeat, ...rest }) => {
    return { ...rest, dampMs: damp, switchGraceMs: switchGrace, repeatMs: repeat };
  });

export type AlertsConfig = z.output<typeof alerts>;
