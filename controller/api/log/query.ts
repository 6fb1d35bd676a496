import { z } from 'zod';
import { ProblemError } from '../problem.ts';
import type { ReaderLine, SnapshotLine } from '../shapes.ts';
import type { LogEncoding } from './encoding.ts';
import { logFilter, seqParameter, wantedBy } from './filter.ts';
import type { Reading } from './reader.ts';
import { type LogName, type LogStream, MAX_READERS } from './stream.ts';

/** The query parameters of `/flows` and `/events`. */
export const logQuery = z.object({
  since: seqParameter.optional().describe('`seq` of the last line that was received; the stream continues after it'),
  run: z.string().optional().describe('`startedAt` of the run that `since` belongs to'),
  ...logFilter.shape,
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

/** The reading that a query asks for. Throws `ProblemError` when there are too many readers. */
export function readingOf(stream: LogStream, log: LogName, query: LogQuery, run: Run, encoding: LogEncoding): Reading {
  if (stream.readers >= MAX_READERS) throw new ProblemError(503, `the limit of ${MAX_READERS} log readers is reached`);
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
