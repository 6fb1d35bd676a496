import { CliError, EXIT } from '../exit.ts';

/** A server that a command line names. */
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
      `Invalid server "${text}": write SERVICE/SERVER, such as web/server2; \`vipflow servers\` lists them.`,
    );
  return { service, server, resource: `${serviceResource(service)}/servers/${encodeURIComponent(server)}` };
}

/** The path of a service below `/api/v1`. */
export function serviceResource(service: string): string {
  return `/services/${encodeURIComponent(service)}`;
}
