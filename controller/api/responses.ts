import type { z } from 'zod';
import { problemDetails } from './shapes.ts';

const PROBLEM = { 'application/problem+json': { schema: problemDetails } } as const;

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
} as const;
type ErrorStatus = keyof typeof ERROR_RESPONSES;

/** The errorResponses that a route may answer with, for the OpenAPI document. */
export function errorResponses(...statuses: ErrorStatus[]) {
  const all: ErrorStatus[] = [400, 401, 403, ...statuses];
  return Object.fromEntries(all.map(status => [status, { description: ERROR_RESPONSES[status], content: PROBLEM }])) as Record<
    never,
    never
  >;
}

/** An answer of JSON. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}
