import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type StrategyEntry, type Wants, wantsSchema } from './catalogue.ts';
import type { LooseStrategy } from './guard.ts';
import type { Candidate, Strategy } from './strategy.ts';

/** A user's file cannot be used; the message names the file and the reason. */
export class StrategyFileError extends Error {
  override readonly name = 'StrategyFileError';

  constructor(path: string, reason: string, cause?: unknown) {
    super(`${path}: ${reason}`, { cause });
  }
}

const require = createRequire(import.meta.url);

const TYPESCRIPT = /\.[mc]?tsx?$/;

/** What a file gives to the outside. */
type StrategyModule = { readonly [Name in 'strategy' | 'default' | 'wants' | 'options']?: unknown };

/**
 * A strategy out of a user's own file, JavaScript or TypeScript: a function `strategy(options)`, or a default export of the same, that gives
 * `{ pick, update? }`; optionally `wants`, and `options`, a zod schema or a function that gives the settings to use and throws where they
 * are wrong. What it makes is not trusted: put `guarded` (`guard.ts`) around it. A file that changed is loaded anew; what it imports is not.
 *
 * @throws StrategyFileError
 */
export async function loadStrategyFile(path: string): Promise<StrategyEntry> {
  const module = await load(path);
  const make = module.strategy ?? module.default;
  if (typeof make !== 'function') {
    throw new StrategyFileError(
      path,
      'the file exports no function; write `export function strategy(options) { return { pick() {...} } }`',
    );
  }
  return {
    make: <C extends Candidate>(options: never) => made<C>(path, () => make(options)),
    options: optionsOf(path, module.options),
    wants: wantsOf(path, module.wants),
    summary: `the file ${basename(path)}`,
  };
}

async function load(path: string): Promise<StrategyModule> {
  try {
    const text = await readFile(path);
    const module = TYPESCRIPT.test(path) ? await importTypeScript(path) : await importVersion(path, text);
    // A CommonJS module is the default of the module that Node makes of it.
    const inner = module.default as StrategyModule | null | undefined;
    return typeof inner === 'object' && inner !== null && module.strategy === undefined ? inner : module;
  } catch (error) {
    throw new StrategyFileError(path, reasonOf(error), error);
  }
}

/** Another query is another ES module for Node, and a CommonJS module is known by its path; otherwise a changed file would not be read again. */
async function importVersion(path: string, text: Uint8Array): Promise<StrategyModule> {
  const digest = createHash('sha256').update(text).digest('hex');
  delete require.cache[await realpath(path)];
  return import(/* @vite-ignore */ `${pathToFileURL(path).href}?${digest.slice(0, 16)}`);
}

/** By tsx, which takes a folder of either kind of module, reads the file anew each time, and does not ask which Node this is. */
async function importTypeScript(path: string): Promise<StrategyModule> {
  const { tsImport } = await import('tsx/esm/api');
  return tsImport(pathToFileURL(path).href, import.meta.url);
}

function made<C extends Candidate>(path: string, make: () => unknown): Strategy<C> {
  let strategy: unknown;
  try {
    strategy = make();
  } catch (error) {
    throw new StrategyFileError(path, `the exported function threw ${reasonOf(error)}`, error);
  }
  if (typeof (strategy as Partial<LooseStrategy> | undefined)?.pick !== 'function') {
    throw new StrategyFileError(path, 'the exported function must return an object with a function `pick`');
  }
  return strategy as Strategy<C>;
}

function wantsOf(path: string, wants: unknown): Wants {
  const parsed = wantsSchema.safeParse(wants ?? {});
  if (parsed.success) return parsed.data;
  throw new StrategyFileError(path, `\`wants\` is invalid: ${parsed.error.issues.map(({ message }) => message).join('; ')}`);
}

/** A schema of the user's own zod, or a function; without one the settings are handed on as they are. */
function optionsOf(path: string, options: unknown): z.ZodType {
  if (options === undefined) return z.looseObject({});
  if (typeof options === 'function') return checkedBy(value => options(value));
  const parse = (options as { readonly parse?: unknown } | null)?.parse;
  if (typeof parse === 'function') return checkedBy(value => parse.call(options, value));
  throw new StrategyFileError(path, '`options` must be a zod schema, or a function that checks the settings');
}

function checkedBy(check: (value: unknown) => unknown): z.ZodType {
  return z.unknown().transform((value, context) => {
    try {
      return check(value);
    } catch (error) {
      for (const issue of issuesOf(error)) context.addIssue({ code: 'custom', ...issue });
      return z.NEVER;
    }
  });
}

function issuesOf(error: unknown): { message: string; path: PropertyKey[] }[] {
  const issues = (error as { readonly issues?: unknown } | undefined)?.issues;
  if (!Array.isArray(issues) || issues.length === 0) return [{ message: reasonOf(error), path: [] }];
  return issues.map(({ message, path }) => ({ message: String(message), path: Array.isArray(path) ? path : [] }));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
