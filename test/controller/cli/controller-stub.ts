import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

/** What a stub answers to `METHOD /path`: a body, or a status and a problem. */
export type Answers = Readonly<Record<string, unknown | ((body: string) => unknown)>>;

export class Refusal {
  readonly status: number;
  readonly problem: object;

  constructor(status: number, detail: string, more: object = {}) {
    this.status = status;
    this.problem = { type: 'about:blank', title: 'Problem', status, detail, ...more };
  }
}

const running = new Set<Server>();
afterEach(() => {
  for (const server of running) {
    server.closeAllConnections();
    server.close();
  }
  running.clear();
});

/** A controller's REST of fixed answers; gives its address. Every request is noted. */
export async function stub(
  answers: Answers,
  asked: { method: string; url: string; body: string; token?: string }[] = [],
): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, body, ...(headers.authorization && { token: headers.authorization }) });
    const key = `${method} ${url.replace('/api/v1', '').replace(/\?.*/, '')}`;
    const known = answers[key];
    const answer = typeof known === 'function' ? known(body) : (known ?? new Refusal(404, `there is no ${key}`));
    if (answer instanceof Refusal)
      response.writeHead(answer.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(answer.problem));
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  running.add(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
