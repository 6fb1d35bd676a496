import { readFileSync } from 'node:fs';
import { ConfigDocument, type Vocabulary } from '../../core/config-file.ts';
import { strategies } from '../../strategies/catalogue.ts';
import { CliError, EXIT } from '../exit.ts';
import { unreadableText } from './text.ts';

/** The names that a configuration can use. */
export const vocabulary: Vocabulary = { strategies };

/** Reads a configuration file. Throws `CliError` when it cannot be read, `ConfigError` when it is invalid. */
export function readConfig(file: string): ConfigDocument {
  return ConfigDocument.parse(textOf(file), vocabulary, file);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.config, reasonOf(error as NodeJS.ErrnoException, file));
  }
}

function reasonOf(error: NodeJS.ErrnoException, file: string): string {
  switch (error.code) {
    case 'ENOENT':
      return `The file ${file} does not exist: pass an existing one, or start with a copy of docs/vipflow.yaml.`;
    case 'EISDIR':
      return `${file} is a folder: pass a file in it, such as ${file.replace(/\/*$/, '/')}vipflow.yaml.`;
    default:
      return unreadableText(file, error);
  }
}
