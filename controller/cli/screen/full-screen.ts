/** Control sequences that every terminal of today knows (ECMA-48, and xterm's for the other screen). */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

const KEYS: Readonly<Record<string, string>> = {
  '\u001b[A': 'up',
  '\u001b[B': 'down',
  '\u001bOA': 'up',
  '\u001bOB': 'down',
  k: 'up',
  j: 'down',
  '\u0003': 'q',
  '\u0004': 'q',
  '\u001b': 'q',
};

interface FullScreenEvents {
  readonly onKey: (key: string) => void;
  readonly onResize: () => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Makes the terminal one page that is redrawn, until it is closed. However the process ends, the terminal is restored. */
export function fullScreen({ onKey, onResize }: FullScreenEvents) {
  const { stdin, stdout } = process;
  let isOpen = true;
  let onClosed = () => {};
  const closed = new Promise<void>(resolve => {
    onClosed = resolve;
  });
  const onData = (chunk: Buffer) => {
    for (const key of keysIn(chunk.toString())) onKey(KEYS[key] ?? key);
  };
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    stdin.off('data', onData).setRawMode(false).pause();
    stdout.off('resize', onResize).write(LEAVE);
    process.off('exit', close);
    for (const signal of SIGNALS) process.off(signal, close);
    onClosed();
  };
  stdin.setRawMode(true).resume().on('data', onData);
  stdout.on('resize', onResize).write(ENTER);
  process.on('exit', close);
  for (const signal of SIGNALS) process.on(signal, close);
  return {
    get isOpen() {
      return isOpen;
    },
    closed,
    close,
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    draw(lines: readonly string[]): void {
      if (isOpen) stdout.write(`${HOME}${lines.map(line => `${line}${CLEAR_LINE}`).join('\r\n')}${CLEAR_BELOW}`);
    },
  };
}

/** One read can hold several keys, some of them escape sequences. */
function keysIn(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with one
  return text.match(/\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])|[\s\S]/gu) ?? [];
}
