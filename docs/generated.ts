import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const EXIT_STALE = 5;

/** Writes a document that follows from the code; with `--check` it only compares, and exits with 5 when the document is stale. */
export function generated(path: string, text: string): void {
  const file = new URL(path, import.meta.url);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  if (process.argv.includes('--check')) {
    process.stderr.write(`docs/${path} is stale: run \`npm run docs\` and commit what it writes\n`);
    process.exitCode = EXIT_STALE;
    return;
  }
  writeFileSync(file, text);
  process.stdout.write(`wrote docs/${path}\n`);
}
