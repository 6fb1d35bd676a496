import { STATUS_CODES } from 'node:http';
import { HTTPException } from 'hono/http-exception';
import { ConfigError } from '../core/config-error.ts';
import { nearest } from '../core/nearest.ts';
import type { Problem, ProblemDetails } from './shapes.ts';

/** A request that is refused, with the problem details of its response (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly problems: readonly Problem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, problems: readonly Problem[] = [], headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.problems = problems;
    this.headers = headers;
  }
}

/** The name is unknown; `known` are the existing names. */
export function unknown(what: string, name: string, known: readonly string[], where = ''): ProblemError {
  const near = nearest(name, known);
  const hint = near !== undefined ? `did you mean "${near}"?` : known.length > 0 ? `known: ${some(known)}` : 'there is none';
  return new ProblemError(404, `unknown ${what} "${name}"${where}; ${hint}`);
}

/** The element with a name. Throws `ProblemError` when there is none. */
export function named<T extends { readonly name: string }>(what: string, name: string, all: readonly T[], where?: string): T {
  const found = all.find(one => one.name === name);
  if (found !== undefined) return found;
  const known = all.map(one => one.name);
  throw unknown(what, name, known, where);
}

const MOST_NAMED = 20;

function some(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return rest > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${rest} more` : names.join(', ');
}

/** The response to an invalid part of a request: `query`, `path`, `body`. */
export function badRequest(
  part: string,
  issues: readonly { readonly path: PropertyKey[]; readonly message: string }[],
): ProblemError {
  const problems = issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  return new ProblemError(400, `invalid ${part}: ${problemsText(problems)}`, problems);
}

/** The response to an invalid configuration. Paths below `at` are reported relative to the body that was sent. */
export function refusalOf({ problems }: ConfigError, at?: readonly (string | number)[]): ProblemError {
  const prefix = at === undefined ? undefined : `${at.join('.')}.`;
  const places = problems.map(({ path, message, line, column }): Problem => {
    if (prefix === undefined) return { path, message, line, column };
    const isWhole = path === prefix.slice(0, -1);
    return { path: isWhole ? '' : path.startsWith(prefix) ? path.slice(prefix.length) : path, message };
  });
  return new ProblemError(422, problemsText(places), places);
}

/** Several problems as one text. */
export function problemsText(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}

/** The response to any error; internal details stay out of it. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof ConfigError) return refusalOf(error);
  if (error instanceof HTTPException) return new ProblemError(error.status, error.message);
  return new ProblemError(500, 'internal error; please report it, with the details from the log of the controller');
}

export function detailsOf({ status, message, problems }: ProblemError): ProblemDetails {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, detail: message, ...(problems.length > 0 && { problems: [...problems] }) };
}
