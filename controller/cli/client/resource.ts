import { CliError, EXIT } from '../exit.ts';

/** A server as people name it. */
export interface ServerPath {
  readonly service: string;
  readonly server: string;
  /** Its path below `/api/v1`. */
  readonly resource: string;
}

/** `web/server2`; throws `CliError` for anything else. */
export function serverPath(text: string): ServerPath {
  const [, service, server] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (service === undefined || server === undefined)
    throw new CliError(
      EXIT.usage,
      `A server is named SERVICE/SERVER, such as web/server2, not ${text}: \`vipflow servers\` lists them.`,
    );
  return { service, server, resource: `${serviceResource(service)}/servers/${encodeURIComponent(server)}` };
}

export function serviceResource(service: string): string {
  return `/services/${encodeURIComponent(service)}`;
}
