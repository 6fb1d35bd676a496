import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { z } from 'zod';

/** The placeholder of a secret in every output. */
export const HIDDEN = '***';

type Source = string | { readonly env: string } | { readonly file: string };

/** A secret cannot be read; the message names its source, never a value. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/**
 * A value that no log, error, printed configuration or REST response may show. Its text, JSON, YAML and `inspect` show its source
 * at most; only `reveal` returns it, and reads it again each time, so that a secret can be changed at run time.
 */
export class Secret {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Throws `SecretError`. */
  reveal(): string {
    const source = this.#source;
    if (typeof source === 'string') return source;
    const value = 'env' in source ? process.env[source.env] : fileText(source.file);
    if (value !== undefined && value !== '') return value;
    throw new SecretError('env' in source ? `the environment variable ${source.env} is not set` : `${source.file} is empty`);
  }

  /** Undefined when it cannot be read. */
  tryReveal(): string | undefined {
    try {
      return this.reveal();
    } catch (error) {
      if (error instanceof SecretError) return undefined;
      throw error;
    }
  }

  /** Whether the other one is written the same in the configuration. */
  equals(other: Secret): boolean {
    return JSON.stringify(this.#source) === JSON.stringify(other.#source);
  }

  toJSON(): Source {
    return typeof this.#source === 'string' ? HIDDEN : this.#source;
  }

  toString(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/** Editors end a file with a newline, which is not part of a password. */
function fileText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new SecretError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** `{ env: NAME }`, `{ file: /path }`, or the value itself, which `check` may then test. */
export function secret(check: z.ZodType<string, string> = z.string().min(1)) {
  return z
    .union(
      [
        check,
        z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable') }),
        z.strictObject({ file: z.string().min(1) }),
      ],
      { error: 'must be { env: NAME }, { file: /path } or the value itself' },
    )
    .transform(source => new Secret(source));
}
