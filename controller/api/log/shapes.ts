import { z } from 'zod';

/** Lines about the log itself; they have no `seq` of their own. */
export const readerLine = z
  .discriminatedUnion('type', [
    z
      .object({ v: z.literal(1), type: z.literal('skipped'), count: z.int(), from: z.int(), to: z.int() })
      .describe('this reader was too slow: `count` lines, from `from` to `to`, were not sent to it'),
    z
      .object({ v: z.literal(1), type: z.literal('gap'), from: z.int(), to: z.int() })
      .describe('the lines from `from` to `to`, requested by `since`, are no longer kept'),
    z
      .object({ v: z.literal(1), type: z.literal('restart'), run: z.iso.datetime() })
      .describe('`since` belongs to an earlier run; `seq` restarted at 1'),
  ])
  .meta({ id: 'ReaderLine' });

export type ReaderLine = z.output<typeof readerLine>;
