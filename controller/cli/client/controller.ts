import type { ProblemDetails } from '../../api/shapes.ts';
import { sentence } from '../argument.ts';
import { CliError, EXIT } from '../exit.ts';
import { self } from '../self.ts';

/** A controller that has not answered after this time is stuck. */
const ANSWER_MS = 10_000;

type Query = Readonly<Record<string, string | number | undefined>>;

/** The exit codes of HTTP statuses: a missing token, a wrong name or value on the command line. */
const EXIT_OF: Readonly<Record<number, number>> = {
  ...{ 401: EXIT.prerequisite, 403: EXIT.prerequisite },
  ...{ 400: EXIT.usage, 404: EXIT.usage, 422: EXIT.usage },
};

/** A request that the controller refused, with the problem details of its answer (RFC 9457). */
export class RefusedError extends CliError {
  readonly problem: ProblemDetails;

  constructor(problem: ProblemDetails, sentence: string) {
    super(EXIT_OF[problem.status] ?? EXIT.error, sentence);
    this.problem = problem;
  }
}

/** The REST API of one running controller. Every failure is a `CliError` whose message says what to do. */
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

  /** The headers that carry the token. */
  get headers(): Record<string, string> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  async get<T>(path: string, query: Query = {}): Promise<T> {
    return (await this.#ask('GET', `${path}${queryText(query)}`)).json() as Promise<T>;
  }

  async text(path: string, query: Query = {}): Promise<string> {
    return (await this.#ask('GET', `${path}${queryText(query)}`)).text();
  }

  /** Sends a body, a text as YAML, anything else as JSON; resolves with undefined where the answer has no body. */
  async send<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const answer = await (await this.#ask(method, path, body)).text();
    return (answer === '' ? undefined : JSON.parse(answer)) as T;
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Response> {
    const isText = typeof body === 'string';
    const type = isText ? 'text/yaml' : 'application/json';
    const request = {
      method,
      headers: { ...this.headers, accept: 'application/json, text/yaml', ...(body !== undefined && { 'content-type': type }) },
      signal: AbortSignal.timeout(this.#answerMs),
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    };
    const answer = await fetch(`${this.base}/api/v1${path}`, request).catch((error: Error) => {
      throw new CliError(EXIT.prerequisite, unreachedText(this.base, error));
    });
    if (answer.ok) return answer;
    const problem = problemOf(answer.status, await answer.text());
    if (problem === undefined)
      throw new CliError(
        EXIT.error,
        `The server at ${this.base} is not a vipflow controller of this version (HTTP ${answer.status}): set --url to the address of the controller.`,
      );
    throw new RefusedError(problem, refusalText(problem, this.#token !== undefined));
  }
}

function unreachedText(base: string, error: Error): string {
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  if (error.name === 'TimeoutError')
    return `The controller at ${base} does not answer in time: its process may be stuck, or a firewall may drop the packets.`;
  return `No controller answers at ${base} (${code ?? message}): start one with \`${self} run -c vipflow.yaml\`, or set --url to its address.`;
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
    return `The controller ${hasToken ? 'rejects this' : 'requires a'} token: pass one of api.tokens in its configuration with --token or VIPFLOW_TOKEN.`;
  if (status === 403 && hasToken) return `${sentence(detail)} This requires a token with the role admin.`;
  const settingOf = (path: string) => path.replace(/^services\.\d+\.(?:servers\.\d+\.)?/, '');
  const each = problems.map(({ path, message }) => (path === '' ? message : `${settingOf(path)}: ${message}`));
  return sentence(each.join('; ') || detail);
}

/** The query of a URL with its question mark, of what is not undefined. */
export function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given as [string, string][])}`;
}
