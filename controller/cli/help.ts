import { wrapped } from './screen/terminal.ts';

const COLUMNS = 80;

/** A list in the help of a command: names, and from column `at` on what they are. */
export function glossary<T>(title: string, at: number, items: readonly T[], entryOf: (item: T) => readonly [string, string]) {
  const lines = items.map(entryOf).map(([name, about]) => `  ${name.padEnd(at - 2)}${wrapped(about, COLUMNS, at)}`);
  return `\n${title}:\n${lines.join('\n')}`;
}

/** What the help of a command ends with: one example or several, each a command line. */
export function examples(...lines: readonly string[]): string {
  return `\nExample${lines.length === 1 ? '' : 's'}:\n${lines.map(line => `  ${line}`).join('\n')}`;
}
