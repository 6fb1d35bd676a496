import { z } from 'zod';
import { alertChannel } from './alert-channel.ts';
import { distinctNames, duration, int } from './fields.ts';

const DAY = 86_400_000;

const flapping = z
  .strictObject({
    changes: int(2, 100).default(5).describe('number of changes within `window` that counts as flapping'),
    window: duration(1000, DAY).prefault('60s').describe('time window in which changes are counted'),
    calm: duration(1000, DAY).prefault('60s').describe('time without a change after which flapping ends'),
  })
  .transform(({ changes, window, calm }) => ({ changes, windowMs: window, calmMs: calm }));

/** Which alerts are sent, where and how often. Without channels, alerts are only logged. */
export const alerts = z
  .strictObject({
    lang: z.enum(['en', 'fr']).default('en').describe('language of the messages'),
    damp: duration(0, 3_600_000)
      .prefault('2s')
      .describe('damping time: events within it share one message, and problems shorter than it are not reported'),
    switchGrace: duration(0, 3_600_000)
      .prefault('5s')
      .describe('time that a lost switch has to reconnect before the alert is raised'),
    flapping: flapping.prefault({}),
    resolved: z.boolean().default(true).describe('whether a message is sent when an alert ends'),
    repeat: duration(60_000, 7 * DAY)
      .optional()
      .describe('interval of reminders of active alerts; no reminders by default'),
    channels: z.array(alertChannel).max(32).default([]),
  })
  .superRefine(({ channels }, context) => distinctNames('channels', channels, 'a channel', context))
  .transform(({ damp, switchGrace, repeat, ...rest }) => {
    return { ...rest, dampMs: damp, switchGraceMs: switchGrace, repeatMs: repeat };
  });

export type AlertsConfig = z.output<typeof alerts>;
