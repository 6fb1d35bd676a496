import type { ApiApp } from './api-app.ts';

/** The OpenAPI 3.1 document of an app: what its routes say of themselves. */
export function openapiDocument(api: ApiApp, version: string): object {
  return api.getOpenAPI31Document({
    openapi: '3.1.1',
    info: {
      title: 'vipflow',
      version,
      description:
        'Look at a running controller, and steer it. Instants are ISO 8601 in UTC, durations are milliseconds. Where tokens are configured, GET needs one with the role read, all else one with the role admin.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, {}],
    tags: [
      { name: 'services', description: 'virtual services, their servers and strategies' },
      { name: 'connections', description: 'living connections, and why each went where it went' },
      { name: 'network', description: 'switches, their flows, hosts and links' },
      { name: 'events', description: 'alerts and events' },
      { name: 'configuration', description: 'the configuration in force' },
      { name: 'controller', description: 'the controller itself' },
      { name: 'log', description: 'the log as it happens' },
    ],
  });
}
