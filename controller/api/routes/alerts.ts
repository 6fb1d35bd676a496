import { z } from '@hono/zod-openapi';
import type { Incident } from '../../alerts/incident.ts';
import type { EventEntry } from '../../core/events.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-context.ts';
import { logFilter, seqParameter, wantedBy } from '../log/filter.ts';
import { MAX_EVENT_LINES } from '../log/stream.ts';
import { json, operations } from '../operation.ts';
import { type AlertView, alert, events } from '../shapes.ts';

const operation = operations('events');
const query = z.object({
  since: seqParameter.default(0).describe('only lines after this `seq`'),
  ...logFilter.omit({ client: true }).shape,
});

const listAlerts = operation('get', '/alerts', 'listAlerts', {
  summary: 'List the active alerts',
  responses: { 200: json(z.array(alert), 'The active alerts.') },
});
const listEvents = operation('get', '/events', 'listEvents', {
  summary: `List the latest events; the controller keeps the last ${MAX_EVENT_LINES}`,
  request: { query },
  responses: { 200: json(events, 'Events, oldest first.') },
});

export function alertRoutes(api: ApiApp, { alerts, log }: ApiContext): void {
  api.openapi(listAlerts, c => c.json(alerts().map(alertView), 200));
  api.openapi(listEvents, c => {
    const { since, ...filter } = c.req.valid('query');
    const wants = wantedBy(filter) ?? (() => true);
    const items: EventEntry[] = [];
    for (const entry of log.events.newestFirst()) {
      if (entry.seq <= since) break;
      if (wants(entry)) items.push(entry as EventEntry);
    }
    return c.json({ items: items.reverse() }, 200);
  });
}

function alertView({ alert, subject, service, since, reason }: Incident): AlertView {
  return { alert, subject, service: service ?? null, since: new Date(since).toISOString(), reason };
}
