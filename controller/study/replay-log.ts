import type { DecisionEntry, LogEntry } from '../core/events.ts';

const READ = ['decision', 'adopted', 'end', 'server'] as const satisfies readonly LogEntry['type'][];

/**
 * The lines of NDJSON of `vipflow run --json` and `vipflow watch --json` that a replay reads, in their order, and how many of the others
 * could not be read: a line that was cut off is no reason to read none.
 */
export function readLog(text: string): { entries: LogEntry[]; unreadable: number } {
  const entries: LogEntry[] = [];
  let unreadable = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const entry = entryOf(line);
    if (entry === undefined) unreadable += 1;
    else if ((READ as readonly string[]).includes(entry.type)) entries.push(entry);
  }
  return { entries, unreadable };
}

function entryOf(line: string): LogEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const entry = value as Partial<DecisionEntry> | null;
  if (typeof entry !== 'object' || entry === null || entry.v !== 1 || typeof entry.type !== 'string') return undefined;
  if (typeof entry.time !== 'string' || Number.isNaN(Date.parse(entry.time))) return undefined;
  if (entry.type === 'decision' && !isDecision(entry)) return undefined;
  return value as LogEntry;
}

function isDecision({ service, client, vip, server, reason }: Partial<DecisionEntry>): boolean {
  const isNamed = typeof service === 'string' && typeof server?.name === 'string' && Array.isArray(reason?.candidates);
  return isNamed && typeof client?.ip === 'string' && typeof client.port === 'number' && typeof vip?.ip === 'string';
}
