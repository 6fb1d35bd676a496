import { type Column, table } from './table.ts';
import { output, print, screen } from './terminal.ts';

/** Prints rows as a table, or as one JSON object a line; `none` is what people read where there are none. */
export function printList<T>(rows: readonly T[], columns: readonly Column<T>[], json: boolean, none: string): void {
  if (json) for (const row of rows) output(JSON.stringify(row));
  else if (rows.length === 0) print(none);
  else output(table(rows, columns, screen));
}
