import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import type { Access, Requester } from './access.ts';
import { DASHBOARD_HEADERS } from './dashboard-files.ts';
import { badRequest, detailsOf, ProblemError, problemOf } from './problem.ts';

/** Bytes of a request's body at most. */
export const MAX_BODY_BYTES = 1 << 20;

/** The environment of a request. */
export interface ApiEnv {
  Bindings: { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
  Variables: { by: string | undefined };
}
export type ApiApp = OpenAPIHono<ApiEnv>;

export interface ApiAppOptions {
  readonly access: Access;
  readonly now: () => number;
  /** Receives unexpected errors. */
  readonly onDefect: (error: Error) => void;
  /** Paths that need no token: they show nothing of the services. */
  readonly isPublic: (path: string) => boolean;
}

/** The parts of a request that hono calls otherwise. */
const PARTS: Readonly<Record<string, string>> = { json: 'body', param: 'path' };

/** A part of an app, to be mounted; it reports invalid requests as problem details. */
export function apiPart(): ApiApp {
  return new OpenAPIHono<ApiEnv>({
    defaultHook(result) {
      if (!result.success) throw badRequest(PARTS[result.target] ?? result.target, result.error.issues);
    },
  });
}

/** An app without routes: access control, headers of every response, and error responses. */
export function apiApp({ access, now, onDefect, isPublic }: ApiAppOptions): ApiApp {
  const app = apiPart();
  app.onError((error, context) => {
    const problem = problemOf(error);
    if (problem.status === 500) onDefect(error);
    return context.body(JSON.stringify(detailsOf(problem)), problem.status as 400, {
      ...DASHBOARD_HEADERS,
      ...problem.headers,
      'content-type': 'application/problem+json',
    });
  });
  app.notFound(({ req }) => {
    throw new ProblemError(404, `unknown path ${req.path}; /openapi.json lists all paths`);
  });
  app.use(async ({ req, env, set, header }, next) => {
    for (const [name, value] of Object.entries(DASHBOARD_HEADERS)) header(name, value);
    const isSafe = req.method === 'GET' || req.method === 'HEAD';
    const requester: Requester = {
      host: req.header('host') ?? new URL(req.url).host,
      origin: req.header('origin'),
      token: bearerOf(req.header('authorization')),
      remote: env?.incoming?.socket?.remoteAddress ?? '',
    };
    access.checkOrigin(requester, isSafe);
    if (!(isSafe && isPublic(req.path))) set('by', access.checkRole(requester, isSafe ? 'read' : 'admin', now()));
    await next();
  });
  const limited = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new ProblemError(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
    },
  });
  app.use((context, next) => (hasNoLength(context) ? next() : limited(context, next)));
  return app;
}

/**
 * Over a socket, a request without a length has no body (RFC 9112, 6.3), and one in chunks is refused: to count either, its request
 * would have to be copied, which node-server's cannot.
 */
function hasNoLength({ req, env }: { req: { header(name: string): string | undefined }; env?: ApiEnv['Bindings'] }): boolean {
  if (env?.incoming === undefined) return false;
  if (req.header('transfer-encoding') !== undefined)
    throw new ProblemError(411, 'Content-Length is required; chunked bodies are not accepted');
  return req.header('content-length') === undefined;
}

/** The token of an `Authorization` header (RFC 6750, 2.1). */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +([^ ]+) *$/i.exec(authorization ?? '')?.[1];
}
