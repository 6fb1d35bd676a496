import { z } from 'zod';
import type { Endpoint, LogEntry } from '../../core/events.ts';
import { parseIp } from '../../core/ip.ts';

/** The number of a line as a query parameter; 0: before all lines. */
export const seqParameter = z.coerce.number().int().min(0);

/** The query parameters that choose lines; an absent one matches everything. */
export const logFilter = z.object({
  service: z.string().optional(),
  server: z.string().optional(),
  client: z.string().optional().describe('an IP address, or an endpoint: `10.0.0.4:40001`, `[2001:db8::4]:40001`'),
  type: z.string().optional().describe('line types, separated by commas'),
});
export type LogFilter = z.output<typeof logFilter>;

/** A test for the lines that match a filter; undefined when all match. A line without a requested property does not match. */
export function wantedBy({ service, server, client, type }: LogFilter): ((entry: LogEntry) => boolean) | undefined {
  const types = type === undefined ? undefined : new Set(type.split(','));
  if ([service, server, client, types].every(wish => wish === undefined)) return undefined;
  const isClient = client === undefined ? undefined : clientTest(client);
  return entry =>
    (types === undefined || types.has(entry.type)) &&
    (service === undefined || ('service' in entry && entry.service === service)) &&
    (server === undefined || serverIn(entry) === server) &&
    (isClient === undefined || ('client' in entry && isClient(entry.client)));
}

function serverIn(entry: LogEntry): string | undefined {
  if (!('server' in entry)) return undefined;
  return typeof entry.server === 'string' ? entry.server : entry.server.name;
}

/** A test for the client that a text names: `10.0.0.4`, `10.0.0.4:40001`, `2001:db8::4` or `[2001:db8::4]:40001`. */
export function clientTest(text: string): (client: Endpoint) => boolean {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  const named = bracketed ?? plain ?? text.replace(/^\[(.+)\]$/, '$1');
  const ip: string = parseIp(named) ?? named;
  if (port === undefined) return client => client.ip === ip;
  return client => client.ip === ip && client.port === Number(port);
}
