import { readFileSync } from 'node:fs';
import { CliError } from '../exit.ts';

/** Sentences for why a file cannot be read, and what to do, by the code of the error. */
type Reasons = Readonly<Record<string, (file: string) => string>>;

const REASONS: Reasons = {
  ENOENT: file => `The file ${file} does not exist.`,
  EISDIR: file => `${file} is a folder, not a file.`,
  EACCES: file => `You have no permission to read ${file}: run \`chmod +r ${file}\`, or run vipflow as the owner of the file.`,
};

/** The text of a file, or of standard input where `file` is `-`. Throws `CliError` with the exit code. */
export function readText(file: string, exitCode: number): string {
  return readBytes(file, exitCode, {}, file === '-' ? 0 : file).toString();
}

/** The content of a file. Throws `CliError` with the exit code; `reasons` say more than the usual ones. */
export function readBytes(file: string, exitCode: number, reasons: Reasons = {}, path: string | number = file): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const reason = reasons[code] ?? REASONS[code];
    throw new CliError(exitCode, reason?.(file) ?? `${file} cannot be read: ${message}.`);
  }
}
