import { createRoute, z } from '@hono/zod-openapi';
import { json, refusals } from '../answers.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-context.ts';
import { statistics, status, strategy } from '../shapes.ts';
import { MAX_STEPS, STEP_MS } from '../statistics.ts';
import { timeText } from '../time-text.ts';
import { statusView } from '../views/status.ts';
import { strategiesView } from '../views/strategy.ts';

const MAX_MINUTES = (MAX_STEPS * STEP_MS) / 60_000;

const getStatus = createRoute({
  ...{ method: 'get', path: '/status', operationId: 'getStatus', tags: ['controller'], summary: 'the controller as a whole' },
  responses: { 200: json(status, 'as it is now'), ...refusals() },
});
const listStrategies = createRoute({
  ...{ method: 'get', path: '/strategies', operationId: 'listStrategies', tags: ['services'] },
  summary: 'the strategies that a service may have',
  responses: { 200: json(z.array(strategy), 'with the JSON Schema of their settings'), ...refusals() },
});
const getStatistics = createRoute({
  ...{ method: 'get', path: '/statistics', operationId: 'getStatistics', tags: ['services'] },
  summary: 'what happened in each second of the last minutes',
  request: { query: z.object({ minutes: z.coerce.number().positive().max(MAX_MINUTES).default(MAX_MINUTES) }) },
  responses: { 200: json(statistics, 'time series of each service and server'), ...refusals() },
});

export function statusRoutes(api: ApiApp, context: ApiContext): void {
  api.openapi(getStatus, c => c.json(statusView(context), 200));
  api.openapi(listStrategies, c => c.json(strategiesView(), 200));
  api.openapi(getStatistics, c => {
    const { from, series } = context.statistics.view(c.req.valid('query').minutes);
    return c.json({ from: timeText(from), stepMs: STEP_MS, series }, 200);
  });
}
