import type { ApiApp } from '../api-app.ts';
import type { DashboardFile } from '../dashboard-files.ts';

const FRONT_PAGE = `vipflow is running.

  /api/v1/status   REST; /openapi.json lists all requests
  /flows           WebSocket: every decision, and every end of a connection
  /events          WebSocket: servers, switches, warnings
  /metrics         for Prometheus

The dashboard is not built; \`npm run docs dashboard\` in a clone builds it. In a terminal: vipflow watch
`;

/** The dashboard, and the liveness check. */
export function pageRoutes(api: ApiApp, files: ReadonlyMap<string, DashboardFile>): void {
  api.get('/healthz', c => c.text('ok\n'));
  if (!files.has('/')) api.get('/', c => c.text(FRONT_PAGE));
  for (const [path, { type, bytes, gzip, etag }] of files) {
    api.get(path, c => {
      c.header('etag', etag);
      c.header('vary', 'accept-encoding');
      if (c.req.header('if-none-match') === etag) return c.body(null, 304);
      const isGzip = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
      if (isGzip) c.header('content-encoding', 'gzip');
      return c.body(isGzip ? gzip : bytes, 200, { 'content-type': type });
    });
  }
}
