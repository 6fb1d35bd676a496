import { unwatchFile, watchFile } from 'node:fs';

/** How often the files are checked. */
const LOOK_EVERY_MS = 500;

/** Calls back with the name of a watched file that changes. */
export class FileWatch {
  readonly #onChange: (file: string) => void;
  #files: readonly string[] = [];

  constructor(onChange: (file: string) => void) {
    this.#onChange = onChange;
  }

  /** Replaces the watched files. */
  watch(files: readonly string[]): void {
    const before = this.#files;
    this.#files = files;
    for (const file of before) if (!files.includes(file)) unwatchFile(file);
    for (const file of files) {
      if (before.includes(file)) continue;
      const listener = watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, (now, then) => {
        if (now.mtimeMs !== then.mtimeMs || now.size !== then.size) this.#onChange(file);
      });
      listener.unref();
    }
  }

  close(): void {
    this.watch([]);
  }
}
