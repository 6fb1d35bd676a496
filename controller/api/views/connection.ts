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
  const found = [...all].filter(
    connection =>
      (service === undefined || connection.service.name === service) &&
      (server === undefined || connection.server.name === server) &&
      isClient?.(connection.client) !== false,
  );
  // They come in the order in which they began.
  const last = found.slice(Math.max(0, found.length - limit)).sort((a, b) => b.of - a.of);
  return { total: found.length, items: last.map(connection => connectionView(connection, now)) };
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
