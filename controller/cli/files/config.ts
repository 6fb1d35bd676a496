import { readFileSync } from 'node:fs';
import { ConfigDocument, type Vocabulary } from '../../core/config-file.ts';
import { strategies } from '../../strategies/catalogue.ts';
import { CliError, EXIT } from '../exit.ts';

/** What names in a configuration stand for. */
export const vocabulary: Vocabulary = { strategies };

/** The configuration that a command names. Throws `CliError` when it cannot be read, `ConfigError` when it is not valid. */
export function readConfig(file: string): ConfigDocument {
  return ConfigDocument.parse(textOf(file), vocabulary, file);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.config, `${reasonOf(error as NodeJS.ErrnoException, file)}.`);
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException, file: string): string {
  switch (code) {
    case 'ENOENT':
      return `There is no file ${file}: name the one you have, or begin with a copy of docs/vipflow.yaml`;
    case 'EISDIR':
      return `${file} is a folder: name the file in it, such as ${file.replace(/\/*$/, '/')}vipflow.yaml`;
    case 'EACCES':
      return `${file} may not be read by this user: \`chmod +r ${file}\`, or run as its owner`;
    default:
      return `${file} cannot be read: ${message}`;
  }
}
