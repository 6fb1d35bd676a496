import { readFileSync } from 'node:fs';
import { CliError } from '../exit.ts';

/** The text of a file, or of standard input where `file` is `-`. Throws `CliError` with the exit code. */
export function readText(file: string, exitCode: number): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(exitCode, unreadableText(file, error as NodeJS.ErrnoException));
  }
}

/** Why a file cannot be read, and what to do. */
export function unreadableText(file: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return `The file ${file} does not exist.`;
    case 'EISDIR':
      return `${file} is a folder, not a file.`;
    case 'EACCES':
      return `You have no permission to read ${file}: run \`chmod +r ${file}\`, or run vipflow as the owner of the file.`;
    default:
      return `${file} cannot be read: ${message}.`;
  }
}
