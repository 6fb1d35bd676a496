import { createRoute, type RouteConfig } from '@hono/zod-openapi';
import type { z } from 'zod';
import { problemDetails } from './shapes.ts';

type Details = Pick<RouteConfig, 'summary' | 'description' | 'request' | 'responses'>;

/** Describes the operations with a tag, for the routes and the OpenAPI document. Any may answer with 400, 401 and 403. */
export function operations(tag: string) {
  return <M extends RouteConfig['method'], P extends string, const D extends Details>(
    method: M,
    path: P,
    operationId: string,
    details: D,
  ) => {
    const responses: D['responses'] = { ...errorResponses(400, 401, 403), ...details.responses };
    return createRoute({ method, path, operationId, tags: [tag], ...details, responses });
  };
}

const ERROR_RESPONSES = {
  400: 'Invalid request.',
  401: 'Token missing or wrong.',
  403: 'Not allowed for this token or this origin.',
  404: 'Unknown name; the closest match is suggested.',
  409: 'Not possible in the current state.',
  413: 'Body too large.',
  415: 'Unsupported content type.',
  422: 'The resulting configuration would be invalid.',
  502: 'The switch did not answer.',
};

/** The errors that a route may answer with. */
export function errorResponses(...statuses: (keyof typeof ERROR_RESPONSES)[]) {
  const content = { 'application/problem+json': { schema: problemDetails } };
  const responses = statuses.map(status => [status, { description: ERROR_RESPONSES[status], content }]);
  return Object.fromEntries(responses) as Record<never, never>;
}

/** An answer of JSON. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}
