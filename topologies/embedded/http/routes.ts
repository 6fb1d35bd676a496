import type { HttpRequest } from './message.ts';

export interface RouteContext {
  readonly page: string;
  /** The client's address as the server sees it. */
  readonly clientIp: string;
  readonly clientPort: number;
}

/** What is answered. */
export interface Answer {
  readonly body: string;
  /** The worker is busy for so much longer. */
  readonly extraMs?: number;
  /** The body comes again and again, numbered, in one long answer. */
  readonly stream?: { readonly forMs: number; readonly everyMs: number };
}

/** The same pages as the servers of the Mininet lab have (mininet/web.py), and one of any size. */
export const routes: Readonly<Record<string, (request: HttpRequest, context: RouteContext) => Answer>> = {
  '/': (_, { page }) => ({ body: `${page}\n` }),
  '/client': (_, { clientIp, clientPort }) => ({ body: `${clientIp}:${clientPort}\n` }),
  '/slow': ({ query }, { page }) => ({ body: `${page}\n`, extraMs: numberOf(query, 'ms', 1000) }),
  '/stream': ({ query }, { page }) => ({
    body: page,
    stream: { forMs: numberOf(query, 'seconds', 10) * 1000, everyMs: Math.max(1, numberOf(query, 'everyMs', 1000)) },
  }),
  '/bytes': ({ query }) => ({ body: 'x'.repeat(Math.min(MAX_BYTES, numberOf(query, 'count', 1000))) }),
};

const MAX_BYTES = 1 << 24;

function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const value = Number(query.get(name) ?? otherwise);
  return Number.isFinite(value) && value >= 0 ? value : otherwise;
}
