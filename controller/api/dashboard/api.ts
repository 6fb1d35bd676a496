import type { ProblemDetails } from '../shapes.ts';

/** The controller did not do it. `status` 0: it did not answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problems: NonNullable<ProblemDetails['problems']>;

  constructor(status: number, message: string, problems: ApiError['problems'] = []) {
    super(message);
    this.status = status;
    this.problems = problems;
  }
}

/** A request that is not answered within this time has failed. */
const TIMEOUT_MS = 8000;
const TOKEN_KEY = 'vipflow.token';

/** The REST interface of the controller that served this page. The token lives as long as the tab. */
export class Api {
  readonly #base = new URL('api/v1', document.baseURI).href;

  get token(): string | null {
    return sessionStorage.getItem(TOKEN_KEY);
  }

  set token(value: string | null) {
    if (value === null) sessionStorage.removeItem(TOKEN_KEY);
    else sessionStorage.setItem(TOKEN_KEY, value);
  }

  /** Rejects with `ApiError`. */
  async get<T>(path: string): Promise<T> {
    return (await this.#ask('GET', path)).json() as Promise<T>;
  }

  async text(path: string): Promise<string> {
    return (await this.#ask('GET', path)).text();
  }

  async send(method: 'POST' | 'PATCH', path: string, body?: unknown): Promise<void> {
    await this.#ask(method, path, body);
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.token !== null) headers.authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const init = { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(this.#base + path, init).catch((error: unknown) => {
      throw new ApiError(0, (error as Error).message);
    });
    if (!response.ok) throw await errorOf(response);
    return response;
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Partial<ProblemDetails>;
  return new ApiError(response.status, problem.detail ?? problem.title ?? response.statusText, problem.problems);
}
