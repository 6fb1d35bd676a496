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

export interface FullScreenEvents {
  onKey(key: string): void;
  onResize(): void;
}

/** The terminal as one page that is redrawn. However the process ends, the terminal is restored. */
export class FullScreen {
  readonly closed: Promise<void>;
  #isOpen = false;
  #events: FullScreenEvents | undefined;
  #onClosed: () => void = () => {};
  readonly #onData = (chunk: Buffer) => {
    for (const key of keysIn(chunk.toString())) this.#events?.onKey(KEYS[key] ?? key);
  };
  readonly #onResize = () => this.#events?.onResize();
  readonly #onExit = () => this.close();
  readonly #onSignal = () => this.close();

  constructor() {
    this.closed = new Promise(resolve => {
      this.#onClosed = resolve;
    });
  }

  get columns(): number {
    return process.stdout.columns || 80;
  }

  get rows(): number {
    return process.stdout.rows || 24;
  }

  open(events: FullScreenEvents): void {
    this.#isOpen = true;
    this.#events = events;
    process.stdout.write(ENTER);
    process.stdin.setRawMode(true).resume().on('data', this.#onData);
    process.stdout.on('resize', this.#onResize);
    process.on('exit', this.#onExit);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, this.#onSignal);
  }

  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    process.stdout.write(`${HOME}${lines.map(line => `${line}${CLEAR_LINE}`).join('\r\n')}${CLEAR_BELOW}`);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.stdin.off('data', this.#onData).setRawMode(false).pause();
    process.stdout.off('resize', this.#onResize).write(LEAVE);
    process.off('exit', this.#onExit);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, this.#onSignal);
    this.#onClosed();
  }
}

/** One read can hold several keys, some of them escape sequences. */
function keysIn(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with one
  return text.match(/\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])|[\s\S]/gu) ?? [];
}
