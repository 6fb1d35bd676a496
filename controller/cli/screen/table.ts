import type { Screen } from './terminal.ts';

const GAP = '  ';

/** One column of a table over rows of type `T`. */
export interface Column<T> {
  readonly title: string;
  readonly text: (row: T) => string;
  /** The colour of a cell. */
  readonly paint?: (row: T) => ((text: string) => string) | undefined;
  /** Figures are aligned to the right. */
  readonly isFigure?: boolean;
  /** On a narrow screen its cells are cut, to this many characters at least. */
  readonly atLeast?: number;
  /** On a screen that is narrower still the column is left out, the highest number first. */
  readonly spare?: number;
}

/** A table of lines that fit the screen, its titles above; nothing but the titles where there are no rows. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[], { colour, columns: room }: Screen): string {
  const chosen = fitting(rows, columns, room);
  const head = chosen.map(({ column, width }) => padded(column.title, width, column.isFigure)).join(GAP);
  const body = rows.map(row =>
    chosen
      .map(({ column, width }) => cell(row, column, width))
      .join(GAP)
      .trimEnd(),
  );
  return [colour.dim(head.trimEnd()), ...body].join('\n');
}

interface Fitted<T> {
  readonly column: Column<T>;
  readonly width: number;
}

/** Cuts first, then leaves out. */
function fitting<T>(rows: readonly T[], columns: readonly Column<T>[], room: number): Fitted<T>[] {
  const natural = columns.map(column => ({
    column,
    width: Math.max(column.title.length, ...rows.map(row => column.text(row).length)),
  }));
  for (let left = natural; ; left = withoutSparest(left)) {
    let excess = widthOf(left) - room;
    const cut = left.map(({ column, width }) => {
      const by = Math.max(0, Math.min(excess, width - Math.max(column.atLeast ?? width, column.title.length)));
      excess -= by;
      return { column, width: width - by };
    });
    if (excess <= 0 || !left.some(({ column }) => column.spare !== undefined)) return cut;
  }
}

function withoutSparest<T>(columns: readonly Fitted<T>[]): Fitted<T>[] {
  const sparest = Math.max(...columns.map(({ column }) => column.spare ?? 0));
  return columns.filter(({ column }) => column.spare !== sparest);
}

function widthOf<T>(columns: readonly Fitted<T>[]): number {
  return columns.reduce((sum, { width }) => sum + width, GAP.length * (columns.length - 1));
}

function cell<T>(row: T, { text, paint, isFigure }: Column<T>, width: number): string {
  const whole = text(row);
  const shown = whole.length > width ? `${whole.slice(0, width - 1)}…` : whole;
  const painted = paint?.(row)?.(shown) ?? shown;
  const blanks = ' '.repeat(width - shown.length);
  return isFigure ? blanks + painted : painted + blanks;
}

function padded(text: string, width: number, atRight = false): string {
  return atRight ? text.padStart(width) : text.padEnd(width);
}
