import { z } from 'zod';
import type { SnapshotLine } from '../shapes.ts';
import type { LogEncoding } from './encoding.ts';
import { wantedBy } from './filter.ts';
import type { Reading } from './reader.ts';
import type { ReaderLine } from './shapes.ts';
import type { LogName, LogStream } from './stream.ts';

/** What may stand behind `/flows?` and `/events?`. */
export const logQuery = z.object({
  since: z.coerce.number().int().min(0).optional().describe('`seq` of the last line that was seen: goes on behind it'),
  run: z.string().optional().describe('`startedAt` of the run that `since` is of'),
  service: z.string().optional(),
  server: z.string().optional(),
  client: z.string().optional().describe('an address, or address:port'),
  type: z.string().optional().describe('types of lines, separated by commas'),
  snapshot: z.literal('1').optional().describe('the first line is everything as it is'),
  token: z.string().optional().describe('for WebSockets of browsers, which send no Authorization'),
});
export type LogQuery = z.output<typeof logQuery>;

/** This run of the controller, as readers are told of it. */
export interface Run {
  /** When it began, ISO 8601. */
  readonly id: string;
  readonly snapshot: () => SnapshotLine;
}

/** What a query asks for, in the words of a reader. */
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
