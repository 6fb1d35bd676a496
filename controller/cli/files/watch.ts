import { unwatchFile, watchFile } from 'node:fs';

/** How often files are looked at. */
const LOOK_EVERY_MS = 500;

/** Calls back when one of some files changes; which files they are may change. */
export class FileWatch {
  readonly #onChange: (file: string) => void;
  #files: readonly string[] = [];

  constructor(onChange: (file: string) => void) {
    this.#onChange = onChange;
  }

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
