import { CliError, EXIT } from '../exit.ts';

/** A server that a command line names as `web/server2`, and its path below `/api/v1`; throws `CliError` for anything else. */
export function serverPath(text: string): { service: string; server: string; resource: string } {
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
