import type { EndEntry, LogEntry } from '../../../../controller/core/events.ts';

/** An end of a connection, as a line that is easy to make many of. */
export function endLine(seq: number, more: Partial<EndEntry> = {}): EndEntry {
  return {
    ...{ v: 1, seq, time: '2026-11-22T10:00:00.000Z', type: 'end', of: 1, service: 'web', server: 's1' },
    ...{
      client: { ip: '10.0.0.4', port: 40_001 },
      bytes: { in: 1, out: 2 },
      packets: { in: 1, out: 1 },
      durationMs: 3,
      why: 'fin',
    },
    ...more,
  };
}

export function warningLine(seq: number): LogEntry {
  return { v: 1, seq, time: '2026-11-22T10:00:00.000Z', type: 'warning', message: 'look' };
}
