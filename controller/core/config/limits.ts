import { z } from 'zod';

/** What vipflow may use at most. */
export const limits = z.strictObject({
  flowsPerSwitch: z
    .int()
    .min(2)
    .max(2_000_000)
    .default(200_000)
    .describe('flows of connections in one switch, two for each; beyond that new ones are refused, and above 90 % it is said'),
});
