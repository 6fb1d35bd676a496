import { z } from 'zod';
import type { ReaderLine, SnapshotLine } from '../shapes.ts';
import type { LogEncoding } from './encoding.ts';
import { wantedBy } from './filter.ts';
import type { Reading } from './reader.ts';
import type { LogName, LogStream } from './stream.ts';

/** The query parameters of `/flows` and `/events`. */
export const logQuery = z.object({
  since: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('`seq` of the last line that was received; the stream continues after it'),
  run: z.string().optional().describe('`startedAt` of the run that `since` belongs to'),
  service: z.string().optional(),
  server: z.string().optional(),
  client: z.string().optional().describe('an IP address, or an endpoint: `10.0.0.4:40001`, `[2001:db8::4]:40001`'),
  type: z.string().optional().describe('line types, separated by commas'),
  snapshot: z.literal('1').optional().describe('the first line is a snapshot of the whole state'),
  token: z.string().optional().describe('a token, for WebSockets of browsers, which cannot send an Authorization header'),
});
export type LogQuery = z.output<typeof logQuery>;

/** This run of the controller, as readers see it. */
export interface Run {
  /** When it began, ISO 8601. */
  readonly id: string;
  readonly snapshot: () => SnapshotLine;
}

/** The reading that a query asks for. */
export function readingOf(stream: LogStream, log: LogName, query: LogQuery, run: Run, encoding: LogEncoding): Reading {
  const memory = stream[log];
  const wants = wantedBy(query);
  const snapshot = query.snapshot === undefined ? [] : [run.snapshot()];
  const { since } = query;
  if (since === undefined) return { memory, encoding, wants, from: memory.end, first: snapshot };
  const isEarlier = since > stream.seq || (query.run !== undefined && query.run !== run.id);
  const known = isEarlier ? 0 : since;
  const restart: ReaderLine[] = isEarlier ? [{ v: 1, type: 'restart', run: run.id }] : [];
  const gap: ReaderLine[] = known < memory.forgotten ? [{ v: 1, type: 'gap', from: known + 1, to: memory.forgotten }] : [];
  return { memory, encoding, wants, from: memory.after(known), first: [...restart, ...snapshot, ...gap] };
}
