import type { ProblemDetails } from '../../api/shapes.ts';
import { CliError, EXIT } from '../exit.ts';
import { self } from '../self.ts';

/** A controller answers at once, or its process stands still. */
const ANSWER_MS = 10_000;

export type Query = Readonly<Record<string, string | number | undefined>>;

/** A token is missing; a name or a value on the command line is wrong. */
const EXIT_OF: Readonly<Record<number, number>> = {
  ...{ 401: EXIT.prerequisite, 403: EXIT.prerequisite },
  ...{ 400: EXIT.usage, 404: EXIT.usage, 422: EXIT.usage },
};

/** A request that the controller refused; the command that asked may know better words. */
export class RefusedError extends CliError {
  readonly problem: ProblemDetails;

  constructor(problem: ProblemDetails, sentence: string) {
    super(EXIT_OF[problem.status] ?? EXIT.error, sentence);
    this.problem = problem;
  }
}

/** The REST of one running controller. What goes wrong is a `CliError` whose sentence says what to do. */
export class ControllerClient {
  /** `http://HOST:PORT` */
  readonly base: string;
  readonly #token: string | undefined;
  readonly #answerMs: number;

  constructor(base: string, token?: string, answerMs = ANSWER_MS) {
    this.base = base;
    this.#token = token;
    this.#answerMs = answerMs;
  }

  /** The headers that let a request in. */
  get headers(): Record<string, string> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  async get<T>(path: string, query: Query = {}): Promise<T> {
    return (await this.#ask('GET', `${path}${queryText(query)}`)).json() as Promise<T>;
  }

  async text(path: string, query: Query = {}): Promise<string> {
    return (await this.#ask('GET', `${path}${queryText(query)}`)).text();
  }

  /** Undefined where the answer has no body. */
  async send<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const answer = await (await this.#ask(method, path, body)).text();
    return (answer === '' ? undefined : JSON.parse(answer)) as T;
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Response> {
    const isText = typeof body === 'string';
    const type = isText ? 'text/yaml' : 'application/json';
    const answer = await this.#fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: { ...this.headers, accept: 'application/json, text/yaml', ...(body !== undefined && { 'content-type': type }) },
      signal: AbortSignal.timeout(this.#answerMs),
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    if (answer.ok) return answer;
    const problem = problemOf(answer.status, await answer.text());
    if (problem === undefined)
      throw new CliError(
        EXIT.error,
        `What answers at ${this.base} is no controller of this version of vipflow (HTTP ${answer.status}): name the right one with --url.`,
      );
    throw new RefusedError(problem, refusalText(problem, this.#token !== undefined));
  }

  async #fetch(url: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(url, request);
    } catch (error) {
      throw new CliError(EXIT.prerequisite, unreachedText(this.base, error as Error));
    }
  }
}

/** The sentence for a controller that does not answer. */
export function unreachedText(base: string, error: Error): string {
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  if (error.name === 'TimeoutError')
    return `The controller at ${base} took the call and does not answer: its process seems to stand still.`;
  return `No controller answers at ${base} (${code ?? message}): start one with \`${self} run -c vipflow.yaml\`, or name the right one with --url.`;
}

function problemOf(status: number, text: string): ProblemDetails | undefined {
  try {
    const found = JSON.parse(text) as Partial<ProblemDetails>;
    return found.detail === undefined && found.title === undefined
      ? undefined
      : { type: 'about:blank', title: '', detail: found.title ?? '', ...found, status };
  } catch {
    return undefined;
  }
}

function refusalText({ status, detail, problems = [] }: ProblemDetails, hasToken: boolean): string {
  if (status === 401)
    return hasToken
      ? 'The controller does not know this token: give one of api.tokens in its configuration with --token or VIPFLOW_TOKEN.'
      : 'The controller wants a token: give one of api.tokens in its configuration with --token or VIPFLOW_TOKEN.';
  if (status === 403 && hasToken) return `${sentence(detail)} This needs a token whose role is admin.`;
  const each = problems.map(({ path, message }) =>
    path === '' ? message : `${path.replace(/^services\.\d+\.(?:servers\.\d+\.)?/, '')}: ${message}`,
  );
  return each.length === 0 ? sentence(detail) : sentence(each.join('; '));
}

/** With a capital in front and a full stop behind. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
