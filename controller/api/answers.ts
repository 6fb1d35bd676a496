import type { z } from 'zod';
import { problemDetails } from './shapes.ts';

const PROBLEM = { 'application/problem+json': { schema: problemDetails } } as const;

const REFUSALS = {
  400: 'what was sent is not as it should be',
  401: 'a token is needed, or this one is wrong',
  403: 'this token or this page may not do this',
  404: 'nothing is called so',
  409: 'not as things are now',
  413: 'the body is too large',
  415: 'a body of another type is needed',
  422: 'the configuration that this would make is not valid',
  502: 'the switch did not answer',
} as const;
type Refusal = keyof typeof REFUSALS;

/** The refusals that a route may answer with, for the OpenAPI document. */
export function refusals(...statuses: Refusal[]) {
  const all: Refusal[] = [400, 401, 403, ...statuses];
  return Object.fromEntries(all.map(status => [status, { description: REFUSALS[status], content: PROBLEM }])) as Record<
    never,
    never
  >;
}

/** An answer of JSON. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}
