import { unwatchFile, watchFile } from 'node:fs';

/** How often the files are checked. */
const LOOK_EVERY_MS = 500;

/** Gives what replaces the watched files; `onChange` gets the name of one that changes. */
export function fileWatch(onChange: (file: string) => void): (files: readonly string[]) => void {
  let watched: readonly string[] = [];
  return files => {
    for (const file of watched) if (!files.includes(file)) unwatchFile(file);
    for (const file of files) {
      if (watched.includes(file)) continue;
      const listener = watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, (now, then) => {
        if (now.mtimeMs !== then.mtimeMs || now.size !== then.size) onChange(file);
      });
      listener.unref();
    }
    watched = files;
  };
}
