import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import type { Access, Asker } from './access.ts';
import { DASHBOARD_HEADERS } from './dashboard-files.ts';
import { denialOf, detailsOf, inWords, ProblemError, problemOf } from './problem.ts';
import type { Problem } from './shapes.ts';

/** Bytes of a request's body at most. */
export const MAX_BODY_BYTES = 1 << 20;

/** What a request carries with it. */
export interface ApiEnv {
  Bindings: { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
  Variables: { by: string | undefined };
}
export type ApiApp = OpenAPIHono<ApiEnv>;

export interface ApiAppOptions {
  readonly access: Access;
  readonly now: () => number;
  /** Gets what nobody expected. */
  readonly onDefect: (error: Error) => void;
  /** Paths that need no token: they say nothing of what is balanced. */
  readonly isPublic: (path: string) => boolean;
}

/** A part of an app, to be mounted: what is wrong with a request is told in our words. */
export function apiPart(): ApiApp {
  return new OpenAPIHono<ApiEnv>({
    defaultHook(result) {
      if (!result.success) throw badRequest(result.target, result.error.issues);
    },
  });
}

/** An app without routes: who is let in, what goes with each answer, and how errors are told. */
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
    throw new ProblemError(404, `there is nothing at ${req.path}; /openapi.json says what there is`);
  });
  app.use(async ({ req, env, set, header }, next) => {
    for (const [name, value] of Object.entries(DASHBOARD_HEADERS)) header(name, value);
    const isSafe = req.method === 'GET' || req.method === 'HEAD';
    const asker: Asker = {
      host: req.header('host') ?? new URL(req.url).host,
      origin: req.header('origin'),
      token: bearerOf(req.header('authorization')),
      remote: env?.incoming?.socket?.remoteAddress ?? '',
    };
    const misplaced = access.checkPlace(asker, isSafe);
    if (misplaced !== undefined) throw denialOf(misplaced);
    if (!(isSafe && isPublic(req.path))) {
      const admission = access.checkRole(asker, isSafe ? 'read' : 'admin', now());
      if ('denial' in admission) throw denialOf(admission.denial);
      set('by', admission.by);
    }
    await next();
  });
  const limited = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new ProblemError(413, `a body has ${MAX_BODY_BYTES} bytes at most`);
    },
  });
  app.use((context, next) => (hasNoLength(context) ? next() : limited(context, next)));
  return app;
}

/**
 * Over a socket a request that says no length has no body (RFC 9112, 6.3), and one in chunks is refused: to count either, its request
 * would have to be copied, which node-server's cannot.
 */
function hasNoLength({ req, env }: { req: { header(name: string): string | undefined }; env?: ApiEnv['Bindings'] }): boolean {
  if (env?.incoming === undefined) return false;
  if (req.header('transfer-encoding') !== undefined)
    throw new ProblemError(411, 'say how long the body is with Content-Length; chunks are not taken');
  return req.header('content-length') === undefined;
}

/** The token of an `Authorization` header (RFC 6750, 2.1). */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +([^ ]+) *$/i.exec(authorization ?? '')?.[1];
}

function badRequest(target: string, issues: readonly { readonly path: PropertyKey[]; readonly message: string }[]): ProblemError {
  const problems = issues.map(({ path, message }): Problem => ({ path: path.join('.'), message }));
  const where = target === 'json' ? 'the body' : target === 'param' ? 'the path' : `the ${target}`;
  return new ProblemError(400, `${where} is not as it should be: ${inWords(problems)}`, problems);
}
