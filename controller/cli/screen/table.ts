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
  /** On a screen that is narrower still the column is left out, the highest number first; 1 at least. */
  readonly spare?: number;
}

/** A table of lines that fit the screen, its titles above; nothing but the titles where there are no rows. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[], { colour, columns: room }: Screen): string {
  const chosen = fitting(rows, columns, room);
  const head = chosen.map(({ column: { title, isFigure }, width }) => (isFigure ? title.padStart(width) : title.padEnd(width)));
  const body = rows.map(row => chosen.map(({ column, width }) => cell(row, column, width)));
  const [titles = '', ...lines] = [head, ...body].map(cells => cells.join(GAP).trimEnd());
  return [colour.dim(titles), ...lines].join('\n');
}

/** Cuts first, then leaves out. */
function fitting<T>(rows: readonly T[], columns: readonly Column<T>[], room: number) {
  let left = columns.map(column => ({
    column,
    width: Math.max(column.title.length, ...rows.map(row => column.text(row).length)),
  }));
  for (;;) {
    let excess = left.reduce((sum, { width }) => sum + width, GAP.length * (left.length - 1)) - room;
    const cut = left.map(({ column, width }) => {
      const by = Math.max(0, Math.min(excess, width - Math.max(column.atLeast ?? width, column.title.length)));
      excess -= by;
      return { column, width: width - by };
    });
    const sparest = Math.max(...left.map(({ column }) => column.spare ?? 0));
    if (excess <= 0 || sparest === 0) return cut;
    left = left.filter(({ column }) => column.spare !== sparest);
  }
}

function cell<T>(row: T, { text, paint, isFigure }: Column<T>, width: number): string {
  const whole = text(row);
  const shown = whole.length > width ? `${whole.slice(0, width - 1)}…` : whole;
  const painted = paint?.(row)?.(shown) ?? shown;
  const blanks = ' '.repeat(width - shown.length);
  return isFigure ? blanks + painted : painted + blanks;
}
