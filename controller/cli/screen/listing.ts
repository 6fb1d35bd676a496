import { type Column, table } from './table.ts';
import { screen, tell } from './terminal.ts';

/** Prints rows as a table, or as one JSON object a line; `none` is said to people where there are none. */
export function printList<T>(rows: readonly T[], columns: readonly Column<T>[], json: boolean, none: string): void {
  if (json) for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  else if (rows.length === 0) tell(none);
  else process.stdout.write(`${table(rows, columns, screen)}\n`);
}
