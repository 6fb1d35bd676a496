import { CliError, EXIT } from './exit.ts';
import { self } from './self.ts';

/** A controller answers at once, or its process stands still. */
const ANSWER_MS = 10_000;

export type Query = Readonly<Record<string, string | number | undefined>>;

/** What a controller says is wrong (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly problems: readonly {
    readonly path: string;
    readonly message: string;
    readonly line?: number;
    readonly column?: number;
  }[];
}

/** A request that the controller refused; the command that asked may know better words. */
export class RefusedError extends CliError {
  readonly problem: Problem;

  constructor(problem: Problem, sentence: string) {
    super(problem.status === 401 || problem.status === 403 ? EXIT.prerequisite : EXIT.error, sentence);
    this.problem = problem;
  }
}

/** The REST of one running controller. What goes wrong is a `CliError` whose sentence says what to do. */
export class ControllerClient {
  /** `http://HOST:PORT` */
  readonly base: string;
  readonly #token: string | undefined;

  constructor(base: string, token?: string) {
    this.base = base;
    this.#token = token;
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
      signal: AbortSignal.timeout(ANSWER_MS),
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

function problemOf(status: number, text: string): Problem | undefined {
  try {
    const { detail, title, problems = [] } = JSON.parse(text) as Partial<Problem> & { title?: string };
    const words = detail ?? title;
    return words === undefined ? undefined : { status, detail: words, problems };
  } catch {
    return undefined;
  }
}

function refusalText({ status, detail, problems }: Problem, hasToken: boolean): string {
  if (status === 401)
    return hasToken
      ? 'The controller does not know this token: give one of api.tokens in its configuration with --token or VIPFLOW_TOKEN.'
      : 'The controller wants a token: give one of api.tokens in its configuration with --token or VIPFLOW_TOKEN.';
  if (status === 403 && hasToken) return `${sentence(detail)} This needs a token whose role is admin.`;
  const each = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return each.length === 0 ? sentence(detail) : sentence(each.join('; '));
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
