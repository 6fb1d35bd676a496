import type { Plant } from '../plant.ts';
import type { StatusView } from '../shapes.ts';
import { timeText } from '../time-text.ts';

export function statusView(plant: Plant): StatusView {
  const { version, startedAt, app, statistics, log, store, steering } = plant;
  const now = plant.now();
  return {
    version,
    startedAt: timeText(startedAt),
    now: timeText(now),
    uptimeMs: Math.max(0, now - startedAt),
    switches: app.switches.size,
    connections: app.connections,
    services: app.services.list.length,
    decisionsPerSecond: app.services.list.reduce((sum, { name }) => sum + statistics.newPerSecond(name), 0),
    seq: log.seq,
    config: store.view(steering.document),
  };
}
