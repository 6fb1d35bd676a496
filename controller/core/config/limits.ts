import { z } from 'zod';
import { int } from './fields.ts';

/** Upper limits of what vipflow uses. */
export const limits = z.strictObject({
  flowsPerSwitch: int(2, 2_000_000)
    .default(200_000)
    .describe(
      'maximum number of connection flows in one switch, two per connection; above 90 % the table is reported as nearly full, beyond the limit new connections are refused',
    ),
});
