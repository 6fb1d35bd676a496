import { ConfigDocument, type Vocabulary } from '../../core/config-file.ts';
import { strategies } from '../../strategies/catalogue.ts';
import { EXIT } from '../exit.ts';
import { readBytes } from './text.ts';

/** The names that a configuration can use. */
export const vocabulary: Vocabulary = { strategies };

/** Reads a configuration file. Throws `CliError` when it cannot be read, `ConfigError` when it is invalid. */
export function readConfig(file: string): ConfigDocument {
  const bytes = readBytes(file, EXIT.config, {
    ENOENT: () => `The file ${file} does not exist: pass an existing one, or start with a copy of docs/vipflow.yaml.`,
    EISDIR: () => `${file} is a folder: pass a file in it, such as ${file.replace(/\/*$/, '/')}vipflow.yaml.`,
  });
  return ConfigDocument.parse(bytes.toString(), vocabulary, file);
}
