import { accessSync, constants, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigDocument } from '../core/config-file.ts';
import { strategies } from '../strategies/catalogue.ts';
import { ProblemError } from './problem.ts';
import type { StatusView } from './shapes.ts';

/** The file of the configuration in force, if any; changes over REST can be written back to it. */
export class ConfigStore {
  readonly #file: string | undefined;
  /** The file as it was read last, with its normalized content; undefined when it is invalid. */
  #read: { readonly stamp: string; readonly meaning: string | undefined } | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  view(inForce: ConfigDocument): StatusView['config'] {
    if (this.#file === undefined) return { file: null, writable: false, unsaved: false };
    return {
      file: this.#file,
      writable: this.#isWritable(this.#file),
      unsaved: this.#meaning(this.#file) !== inForce.toString(),
    };
  }

  /** Writes the configuration in force to the file, atomically and with its comments. Throws `ProblemError`. */
  save(inForce: ConfigDocument): void {
    const file = this.#file;
    if (file === undefined)
      throw new ProblemError(409, 'this configuration was not read from a file; GET /config returns its text');
    if (!this.#isWritable(file)) throw new ProblemError(409, `the controller has no permission to write ${file} or its folder`);
    if (this.#meaning(file) === undefined)
      throw new ProblemError(
        409,
        `${file} was edited and is invalid now; saving would overwrite the edit: correct the file first`,
      );
    const target = realpathSync(file);
    const beside = `${target}.new`;
    writeFileSync(beside, inForce.toString(), { mode: statSync(target).mode });
    renameSync(beside, target);
  }

  #isWritable(file: string): boolean {
    try {
      accessSync(file, constants.W_OK);
      accessSync(dirname(realpathSync(file)), constants.W_OK);
      return true;
    } catch {
      return false;
    }
  }

  /** The content of the file, normalized; read again when the file has changed. */
  #meaning(file: string): string | undefined {
    try {
      const { mtimeMs, size, ino } = statSync(file);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (this.#read?.stamp !== stamp) this.#read = { stamp, meaning: meaningOf(readFileSync(file, 'utf8')) };
      return this.#read.meaning;
    } catch {
      return undefined;
    }
  }
}

function meaningOf(text: string): string | undefined {
  try {
    return ConfigDocument.parse(text, { strategies }).toString();
  } catch {
    return undefined;
  }
}
