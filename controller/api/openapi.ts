import type { ApiApp } from './api-app.ts';

/** The OpenAPI 3.1 document of an app, from the descriptions of its routes. */
export function openapiDocument(api: ApiApp, version: string): object {
  return api.getOpenAPI31Document({
    openapi: '3.1.1',
    info: {
      title: 'vipflow',
      version,
      description:
        'Observe and control a running vipflow controller. Instants are ISO 8601 in UTC, durations are milliseconds. When tokens are configured, GET requires a token with the role read, every other method one with the role admin.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, {}],
    tags: [
      { name: 'services', description: 'Virtual services, their servers and strategies.' },
      { name: 'connections', description: 'Living connections, and the decision behind each.' },
      { name: 'network', description: 'Switches, their flows, hosts and links.' },
      { name: 'events', description: 'Alerts and events.' },
      { name: 'configuration', description: 'The configuration in force.' },
      { name: 'controller', description: 'The controller itself.' },
      { name: 'log', description: 'The live log.' },
    ],
  });
}
