import type { ApiContext } from '../api-context.ts';
import type { StatusView } from '../shapes.ts';

export function statusView(context: ApiContext): StatusView {
  const { version, startedAt, app, statistics, log, store, liveConfig } = context;
  const now = context.now();
  return {
    version,
    startedAt: new Date(startedAt).toISOString(),
    now: new Date(now).toISOString(),
    uptimeMs: Math.max(0, now - startedAt),
    switches: app.switches.size,
    connections: app.balancer.size,
    services: app.services.list.length,
    decisionsPerSecond: app.services.list.reduce((sum, { name }) => sum + statistics.newPerSecond(name), 0),
    seq: log.seq,
    config: store.view(liveConfig.document),
  };
}
