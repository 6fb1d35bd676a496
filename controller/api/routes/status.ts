import { createRoute, z } from '@hono/zod-openapi';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-context.ts';
import { errorResponses, json } from '../responses.ts';
import { statistics, status, strategy } from '../shapes.ts';
import { MAX_STEPS, STEP_MS } from '../statistics.ts';
import { timeText } from '../time-text.ts';
import { statusView } from '../views/status.ts';
import { strategiesView } from '../views/strategy.ts';

const MAX_MINUTES = (MAX_STEPS * STEP_MS) / 60_000;

const getStatus = createRoute({
  ...{
    method: 'get',
    path: '/status',
    operationId: 'getStatus',
    tags: ['controller'],
    summary: 'Show the state of the controller',
  },
  responses: { 200: json(status, 'The current state.'), ...errorResponses() },
});
const listStrategies = createRoute({
  ...{ method: 'get', path: '/strategies', operationId: 'listStrategies', tags: ['services'] },
  summary: 'List the built-in strategies',
  responses: { 200: json(z.array(strategy), 'The strategies, each with the JSON Schema of its settings.'), ...errorResponses() },
});
const getStatistics = createRoute({
  ...{ method: 'get', path: '/statistics', operationId: 'getStatistics', tags: ['services'] },
  summary: 'Show time series of the last minutes, one step per second',
  request: { query: z.object({ minutes: z.coerce.number().positive().max(MAX_MINUTES).default(MAX_MINUTES) }) },
  responses: { 200: json(statistics, 'A time series for each service and server.'), ...errorResponses() },
});

export function statusRoutes(api: ApiApp, context: ApiContext): void {
  api.openapi(getStatus, c => c.json(statusView(context), 200));
  api.openapi(listStrategies, c => c.json(strategiesView(), 200));
  api.openapi(getStatistics, c => {
    const { from, series } = context.statistics.view(c.req.valid('query').minutes);
    return c.json({ from: timeText(from), stepMs: STEP_MS, series }, 200);
  });
}
