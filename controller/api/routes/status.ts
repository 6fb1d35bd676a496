import { z } from '@hono/zod-openapi';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-context.ts';
import { json, operations } from '../operation.ts';
import { statistics, status, strategy } from '../shapes.ts';
import { MAX_STEPS, STEP_MS } from '../statistics.ts';
import { statusView } from '../views/status.ts';
import { strategiesView } from '../views/strategy.ts';

const MAX_MINUTES = (MAX_STEPS * STEP_MS) / 60_000;

const getStatus = operations('controller')('get', '/status', 'getStatus', {
  summary: 'Show the state of the controller',
  responses: { 200: json(status, 'The current state.') },
});
const listStrategies = operations('services')('get', '/strategies', 'listStrategies', {
  summary: 'List the built-in strategies',
  responses: { 200: json(z.array(strategy), 'The strategies, each with the JSON Schema of its settings.') },
});
const getStatistics = operations('services')('get', '/statistics', 'getStatistics', {
  summary: 'Show time series of the last minutes, one step per second',
  request: { query: z.object({ minutes: z.coerce.number().positive().max(MAX_MINUTES).default(MAX_MINUTES) }) },
  responses: { 200: json(statistics, 'A time series for each service and server.') },
});

export function statusRoutes(api: ApiApp, context: ApiContext): void {
  api.openapi(getStatus, c => c.json(statusView(context), 200));
  api.openapi(listStrategies, c => c.json(strategiesView(), 200));
  api.openapi(getStatistics, c => {
    const { from, series } = context.statistics.view(c.req.valid('query').minutes);
    return c.json({ from: new Date(from).toISOString(), stepMs: STEP_MS, series }, 200);
  });
}
