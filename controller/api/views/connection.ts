import type { Connection } from '../../connections/connection.ts';
import { clientTest, type LogFilter } from '../log/filter.ts';
import type { ConnectionsView, ConnectionView } from '../shapes.ts';

/** The connections that match a query, newest first; `total` includes those beyond the limit. */
export function connectionsView(
  all: Iterable<Connection>,
  query: LogFilter & { readonly limit: number },
  now: number,
): ConnectionsView {
  const { client, service, server, limit } = query;
  const isClient = client === undefined ? undefined : clientTest(client);
  // They come in the order in which they began: the last ones are kept in a ring.
  const last: Connection[] = [];
  let total = 0;
  for (const connection of all) {
    if (service !== undefined && connection.service.name !== service) continue;
    if (server !== undefined && connection.server.name !== server) continue;
    if (isClient?.(connection.client) === false) continue;
    if (limit > 0) last[total % limit] = connection;
    total += 1;
  }
  const items = last.sort((a, b) => b.of - a.of).map(connection => connectionView(connection, now));
  return { total, items };
}

function connectionView(connection: Connection, now: number): ConnectionView {
  const { of: id, service, server, client, dpid, since, answered, closedAt } = connection;
  return {
    id,
    service: service.name,
    server: server.name,
    client: { ...client },
    dpid,
    protocol: service.config.protocol,
    since: new Date(since).toISOString(),
    ageMs: Math.max(0, Math.round(now - since)),
    answeredMs: answered === undefined ? null : answered.at - since,
    closed: closedAt !== undefined,
  };
}
