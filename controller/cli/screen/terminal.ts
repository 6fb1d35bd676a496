/** Colours, on a terminal that wants them (no-color.org). */
export function palette(isWanted: boolean) {
  const paint = (code: number) => (text: string) => (isWanted ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: paint(1), dim: paint(2), red: paint(31), green: paint(32), yellow: paint(33), cyan: paint(36) };
}

export type Palette = ReturnType<typeof palette>;

/** Where lines for people are printed. */
export interface Screen {
  readonly colour: Palette;
  /** Infinity for a file or a pipe, which get whole lines. */
  readonly columns: number;
}

/** Standard output. */
export const screen: Screen = {
  colour: palette(process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'),
  get columns() {
    return process.stdout.columns || Number.POSITIVE_INFINITY; // a terminal of unknown size says 0
  },
};

/** A piece of a line, and its colour. */
export type Part = readonly [text: string, paint?: (text: string) => string];

/** The parts on one line, the end cut off where the screen is too narrow. */
export function oneLine(parts: readonly Part[], columns: number): string {
  const length = parts.reduce((sum, [text]) => sum + text.length, 0);
  let left = length > columns ? columns - 1 : columns;
  let line = '';
  for (const [text, paint] of parts) {
    const shown = text.slice(0, Math.max(0, left));
    left -= text.length;
    if (shown !== '') line += paint?.(shown) ?? shown;
  }
  return length > columns ? `${line}…` : line;
}

/** The words of a text on as many lines as it takes: the first begins at column `first`, the others are indented. */
export function wrapped(text: string, columns: number, first = 0, indent = first): string {
  const lines = [''];
  let room = columns - first;
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(word);
      room = columns - indent;
    } else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** Prints a line for people on standard error, wrapped where that is a terminal. */
export function print(sentence: string): void {
  const indent = /^ */.exec(sentence)![0].length;
  const text = wrapped(sentence.slice(indent), process.stderr.columns || Number.POSITIVE_INFINITY, indent);
  process.stderr.write(`${' '.repeat(indent)}${text}\n`);
}

/** Prints a line on standard output: what the user asked for. */
export function output(line: string): void {
  process.stdout.write(`${line}\n`);
}
