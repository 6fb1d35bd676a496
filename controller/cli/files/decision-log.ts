import type { EndEntry, LogEntry } from '../../core/events.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Explained } from '../screen/explanation.ts';
import { readText } from './text.ts';

/** The decisions to find: by number, or by client. */
export interface Wanted {
  readonly seq?: number;
  readonly ip?: string;
  readonly port?: number;
}

/** The wanted decisions of a recorded log (NDJSON of `run --json` or `watch --json`), the newest first, with their ends. Throws `CliError`. */
export function decisionsIn(file: string, wanted: Wanted): Explained[] {
  const ends = new Map<number, EndEntry>();
  const found: Explained[] = [];
  for (const entry of entriesOf(file)) {
    if (entry.type === 'end') ends.set(entry.of, entry);
    else if ((entry.type === 'decision' || entry.type === 'adopted') && isWanted(entry, wanted)) found.push(entry as Explained);
  }
  return found.reverse().map(entry => ({ ...entry, ...(ends.has(entry.seq) && { end: ends.get(entry.seq) }) }) as Explained);
}

function isWanted({ seq, client }: { seq: number; client: { ip: string; port: number } }, wanted: Wanted): boolean {
  if (wanted.seq !== undefined) return seq === wanted.seq;
  return client.ip === wanted.ip && (wanted.port === undefined || client.port === wanted.port);
}

function* entriesOf(file: string): Generator<LogEntry> {
  const lines = readText(file, EXIT.error).split('\n');
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    try {
      yield JSON.parse(line) as LogEntry;
    } catch {
      if (i === lines.length - 1) return; // the recorder was ended in the middle of a line
      throw new CliError(
        EXIT.error,
        `Line ${i + 1} of ${file} is not JSON: pass a log of \`vipflow watch --json\` or \`vipflow run --json\`.`,
      );
    }
  }
}
