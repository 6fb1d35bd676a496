import { z } from '@hono/zod-openapi';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-context.ts';
import { logFilter, seqParameter } from '../log/filter.ts';
import { MAX_FLOW_LINES } from '../log/stream.ts';
import { errorResponses, json, operations } from '../operation.ts';
import { ProblemError } from '../problem.ts';
import { adoption, connections, decision, decisions } from '../shapes.ts';
import { connectionsView } from '../views/connection.ts';
import { decisionsView, decisionView } from '../views/decision.ts';

const MAX_ITEMS = 1000;

const filter = logFilter.pick({ client: true, service: true, server: true }).extend({
  limit: z.coerce.number().int().min(0).max(MAX_ITEMS).default(100),
});
const operation = operations('connections');

const listConnections = operation('get', '/connections', 'listConnections', {
  summary: 'List living connections',
  request: { query: filter },
  responses: { 200: json(connections, 'Connections, newest first; `total` includes those beyond the limit.') },
});
const listDecisions = operation('get', '/decisions', 'listDecisions', {
  summary: `List the latest decisions with their reasons, from the last ${MAX_FLOW_LINES} lines of the flow log`,
  request: { query: filter.extend({ before: seqParameter.optional().describe('only decisions before this `seq`') }) },
  responses: { 200: json(decisions, 'Decisions, newest first, each with the end of its connection.') },
});
const getDecision = operation('get', '/decisions/{seq}', 'getDecision', {
  summary: 'Show why a connection went to its server',
  request: { params: z.object({ seq: z.coerce.number().int().min(1) }) },
  responses: { 200: json(z.union([decision, adoption]), 'The decision, or the adoption.'), ...errorResponses(404) },
});

export function connectionRoutes(api: ApiApp, { app, log, now }: ApiContext): void {
  api.openapi(listConnections, c =>
    c.json(connectionsView(app.balancer.carrier.connections.all(), c.req.valid('query'), now()), 200),
  );
  api.openapi(listDecisions, c => c.json(decisionsView(log.flows, c.req.valid('query')), 200));
  api.openapi(getDecision, c => {
    const { seq } = c.req.valid('param');
    const found = decisionView(log.flows, seq);
    if (found !== undefined) return c.json(found, 200);
    const forgotten = seq <= log.flows.forgotten ? '; the log keeps newer lines only' : '';
    throw new ProblemError(404, `no decision with seq ${seq}${forgotten}`);
  });
}
