import type { LogEntry } from '../../core/events.ts';

/** Which lines a reader wants; what is absent is not asked for. */
export interface LogFilter {
  readonly service?: string | undefined;
  readonly server?: string | undefined;
  /** An address, or `address:port`. */
  readonly client?: string | undefined;
  /** Types of lines, separated by commas. */
  readonly type?: string | undefined;
}

/** Whether a line is wanted; undefined: all are. A line that does not have what is asked for is not wanted. */
export function wantedBy({ service, server, client, type }: LogFilter): ((entry: LogEntry) => boolean) | undefined {
  const types = type === undefined ? undefined : new Set(type.split(','));
  if ([service, server, client, types].every(wish => wish === undefined)) return undefined;
  return entry =>
    (types === undefined || types.has(entry.type)) &&
    (service === undefined || ('service' in entry && entry.service === service)) &&
    (server === undefined || serverIn(entry) === server) &&
    (client === undefined || isOf(entry, client));
}

function serverIn(entry: LogEntry): string | undefined {
  if (!('server' in entry)) return undefined;
  return typeof entry.server === 'string' ? entry.server : entry.server.name;
}

function isOf(entry: LogEntry, client: string): boolean {
  return 'client' in entry && isClient(entry.client, client);
}

/** Whether an endpoint is meant by `10.0.0.4` or `10.0.0.4:40001`. */
export function isClient({ ip, port }: { readonly ip: string; readonly port: number }, text: string): boolean {
  return ip === text || `${ip}:${port}` === text;
}
