import type { Screen } from './terminal.ts';

const MOST_CELLS = 40;

/** One bar for each name, its count and its share; the longest fills the width. */
export function barChart(counts: ReadonlyMap<string, number>, { colour, columns }: Screen): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...counts.values());
  const names = Math.max(...[...counts.keys()].map(name => name.length));
  const digits = Math.max(4, String(most).length);
  const cells = Math.max(1, Math.min(MOST_CELLS, columns - names - digits - AROUND));
  const rows = [...counts].map(([name, count]) => {
    const bar = '█'.repeat(Math.round((count / most) * cells)).padEnd(cells);
    const share = total === 0 ? 0 : Math.round((100 * count) / total);
    return `  ${name.padEnd(names)} ${colour.cyan(bar)} ${String(count).padStart(digits)} ${String(share).padStart(3)} %`;
  });
  return rows.join('\n');
}

/** Blanks, and the share. */
const AROUND = 10;
