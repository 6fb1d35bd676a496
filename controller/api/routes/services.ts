import { z } from '@hono/zod-openapi';
import { server as serverSchema } from '../../core/config/server.ts';
import { service as serviceSchema } from '../../core/config/service.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-context.ts';
import { settingsOf } from '../config-schema.ts';
import { errorResponses, json, operations } from '../operation.ts';
import { named } from '../problem.ts';
import { addServer, addService, apply, change, FIXED_OF_SERVER, FIXED_OF_SERVICE, remove } from '../service-edits.ts';
import { server, service } from '../shapes.ts';
import { serverView, servicesView, serviceView } from '../views/service.ts';

const inService = z.object({ service: z.string().openapi({ example: 'web' }) });
const inServer = inService.extend({ server: z.string().openapi({ example: 'server1' }) });
const operation = operations('services');

const bodyOf = (schema: z.ZodType<Record<string, unknown>>) => ({
  required: true,
  content: { 'application/json': { schema } },
});
const newService = bodyOf(settingsOf(serviceSchema, 'NewService'));
const someOfService = bodyOf(settingsOf(serviceSchema, 'ServicePatch', FIXED_OF_SERVICE));
const newServer = bodyOf(settingsOf(serverSchema, 'NewServer'));
const someOfServer = bodyOf(settingsOf(serverSchema, 'ServerPatch', FIXED_OF_SERVER));

const list = operation('get', '/services', 'listServices', {
  summary: 'List all services with their servers',
  responses: { 200: json(z.array(service), 'All services, in the order of the configuration.') },
});
const post = operation('post', '/services', 'addService', {
  summary: 'Add a service',
  request: { body: newService },
  responses: { 201: json(service, 'Service created.'), ...errorResponses(413, 422) },
});
const get = operation('get', '/services/{service}', 'getService', {
  summary: 'Show a service',
  request: { params: inService },
  responses: { 200: json(service, 'The service.'), ...errorResponses(404) },
});
const patch = operation('patch', '/services/{service}', 'changeService', {
  summary: 'Change settings of a service by JSON Merge Patch; null resets a setting to its default',
  request: { params: inService, body: someOfService },
  responses: { 200: json(service, 'Service changed.'), ...errorResponses(404, 413, 422) },
});
const deleteService = operation('delete', '/services/{service}', 'deleteService', {
  summary: 'Delete a service and end its connections',
  request: { params: inService },
  responses: { 204: { description: 'Service deleted.' }, ...errorResponses(404, 422) },
});
const postServer = operation('post', '/services/{service}/servers', 'addServer', {
  summary: 'Add a server',
  request: { params: inService, body: newServer },
  responses: { 201: json(server, 'Server created.'), ...errorResponses(404, 413, 422) },
});
const getServer = operation('get', '/services/{service}/servers/{server}', 'getServer', {
  summary: 'Show a server',
  request: { params: inServer },
  responses: { 200: json(server, 'The server.'), ...errorResponses(404) },
});
const patchServer = operation('patch', '/services/{service}/servers/{server}', 'changeServer', {
  summary: 'Change a server: `{"state":"drain"}`, `{"weight":5}`',
  request: { params: inServer, body: someOfServer },
  responses: { 200: json(server, 'Server changed.'), ...errorResponses(404, 413, 422) },
});
const deleteServer = operation('delete', '/services/{service}/servers/{server}', 'deleteServer', {
  summary: 'Delete a server; its living connections continue until they end',
  request: { params: inServer },
  responses: { 204: { description: 'Server deleted.' }, ...errorResponses(404, 422) },
});

export function serviceRoutes(api: ApiApp, context: ApiContext): void {
  const serviceNamed = (name: string) => named('service', name, context.app.services.list);
  const viewOf = (name: string) => serviceView(context, serviceNamed(name));
  const serverViewOf = (of: string, name: string) => {
    const service = serviceNamed(of);
    return serverView(context, service, named('server', name, service.servers, ` in service "${of}"`));
  };

  api.openapi(list, c => c.json(servicesView(context), 200));
  api.openapi(get, c => c.json(viewOf(c.req.valid('param').service), 200));
  api.openapi(post, async c => {
    const body = c.req.valid('json');
    const name = String(body.name);
    await apply(context, c.var.by, addService(body));
    return c.json(viewOf(name), 201, { location: place(name) });
  });
  api.openapi(patch, async c => {
    const { service } = c.req.valid('param');
    await apply(context, c.var.by, change(c.req.valid('json'), service));
    return c.json(viewOf(service), 200);
  });
  api.openapi(deleteService, async c => {
    await apply(context, c.var.by, remove(c.req.valid('param').service));
    return c.body(null, 204);
  });
  api.openapi(postServer, async c => {
    const { service } = c.req.valid('param');
    const body = c.req.valid('json');
    const name = String(body.name);
    await apply(context, c.var.by, addServer(service, body));
    return c.json(serverViewOf(service, name), 201, { location: place(service, name) });
  });
  api.openapi(getServer, c => {
    const { service, server } = c.req.valid('param');
    return c.json(serverViewOf(service, server), 200);
  });
  api.openapi(patchServer, async c => {
    const { service, server } = c.req.valid('param');
    await apply(context, c.var.by, change(c.req.valid('json'), service, server));
    return c.json(serverViewOf(service, server), 200);
  });
  api.openapi(deleteServer, async c => {
    const { service, server } = c.req.valid('param');
    await apply(context, c.var.by, remove(service, server));
    return c.body(null, 204);
  });
}

function place(of: string, name?: string): string {
  const above = `/api/v1/services/${encodeURIComponent(of)}`;
  return name === undefined ? above : `${above}/servers/${encodeURIComponent(name)}`;
}
