import { createRoute, z } from '@hono/zod-openapi';
import { json, refusals } from '../answers.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-context.ts';
import { MAX_FLOW_LINES } from '../log/stream.ts';
import { ProblemError } from '../problem.ts';
import { adoption, connections, decision, decisions } from '../shapes.ts';
import { connectionsView } from '../views/connection.ts';
import { decisionsView, decisionView } from '../views/decision.ts';

const MAX_ITEMS = 1000;

const filter = z.object({
  client: z.string().optional().describe('an address, or address:port'),
  service: z.string().optional(),
  server: z.string().optional(),
  limit: z.coerce.number().int().min(0).max(MAX_ITEMS).default(100),
});
const tags = ['connections'];

const listConnections = createRoute({
  ...{ method: 'get', path: '/connections', operationId: 'listConnections', tags, summary: 'living connections' },
  request: { query: filter },
  responses: { 200: json(connections, 'the newest first; `total` counts those beyond the limit, too'), ...refusals() },
});
const listDecisions = createRoute({
  ...{ method: 'get', path: '/decisions', operationId: 'listDecisions', tags },
  summary: `the last decisions with their reasons, out of ${MAX_FLOW_LINES} lines that are remembered`,
  request: { query: filter.extend({ before: z.coerce.number().int().min(0).optional().describe('older ones than this `seq`') }) },
  responses: { 200: json(decisions, 'the newest first, each with the end of its connection'), ...refusals() },
});
const getDecision = createRoute({
  ...{
    method: 'get',
    path: '/decisions/{seq}',
    operationId: 'getDecision',
    tags,
    summary: 'why a connection went where it went',
  },
  request: { params: z.object({ seq: z.coerce.number().int().min(1) }) },
  responses: { 200: json(z.union([decision, adoption]), 'the decision, or the adoption'), ...refusals(404) },
});

export function connectionRoutes(api: ApiApp, { app, log, now }: ApiContext): void {
  api.openapi(listConnections, c => c.json(connectionsView(app.balancer.connections(), c.req.valid('query'), now()), 200));
  api.openapi(listDecisions, c => c.json(decisionsView(log.flows, c.req.valid('query')), 200));
  api.openapi(getDecision, c => {
    const { seq } = c.req.valid('param');
    const found = decisionView(log.flows, seq);
    if (found !== undefined) return c.json(found, 200);
    const forgotten = seq <= log.flows.forgotten ? ', or it is remembered no more' : '';
    throw new ProblemError(404, `line ${seq} of the log is no decision${forgotten}`);
  });
}
