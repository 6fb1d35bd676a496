import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Graph } from './graph.ts';
import { readSource, type Source } from './source.ts';

/** The clone. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A source file of the project. */
export interface SourceFile extends Source {
  readonly file: string;
  readonly lines: number;
}

const CODE = /\.[cm]?[jt]sx?$/;
/** What a bundler makes. */
const BUILT = '/built/';

/** All code below a folder, read: TypeScript, and what else would run. */
export function sourcesOf(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && CODE.test(entry.name))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .filter(file => !file.includes(BUILT))
    .map(file => {
      const text = readFileSync(join(root, file), 'utf8');
      return { file, lines: text.split('\n').length - 1, ...readSource(file, text) };
    });
}

/** Which files of the project each file imports, types too. */
export function graphOf(files: readonly Pick<SourceFile, 'file' | 'imports'>[]): Graph {
  return new Map(
    files.map(({ file, imports }) => {
      const own = imports.filter(({ name }) => name.startsWith('.'));
      return [file, own.map(({ name }) => join(dirname(file), name))];
    }),
  );
}
