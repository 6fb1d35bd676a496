import type { Dpid } from '../../../../controller/core/dpid.ts';
import type { EndEntry, LogEntry, RestoredEntry } from '../../../../controller/core/events.ts';

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

/** 18 things that somebody else changed in the first switch. */
export function restoredLine(seq: number): RestoredEntry {
  return {
    ...{ v: 1, seq, time: '2026-11-22T10:00:00.000Z', type: 'restored', dpid: '0000000000000001' as Dpid },
    flows: { missing: 12, changed: 1, surplus: 0 },
    groups: { missing: 0, changed: 1, surplus: 0 },
    meters: { missing: 0, changed: 0, surplus: 1 },
    connections: 3,
    examples: ['table 0, priority 0, match {}', 'group 7'],
    total: 18,
  };
}
