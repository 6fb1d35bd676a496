import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { dumpOf } from '../connections/world.ts';
import { ApiWorld } from './api-world.ts';

interface Media {
  readonly schema: object;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Record<string, { readonly content?: Record<string, Media> }>;
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

/** A client made from the document: a function for each operation, whose answers are held to their schemas. */
function clientOf(document: Document, world: ApiWorld) {
  const ajv = (addFormats as unknown as (ajv: object) => Ajv2020.default)(
    new (Ajv2020 as unknown as typeof Ajv2020.default)({ strict: false, allErrors: true }),
  );
  ajv.addSchema({ $id: 'api', ...document });
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return new Map(
    operations.map(({ path, method, operation }) => [
      operation.operationId,
      async (parameters: Record<string, string> = {}, body?: unknown) => {
        const url = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(parameters[name]!));
        const inQuery = (operation.parameters ?? []).filter(
          parameter => parameter.in === 'query' && parameter.name in parameters,
        );
        const query = new URLSearchParams(Object.fromEntries(inQuery.map(({ name }) => [name, parameters[name]!])));
        const answer = await world.ask(method.toUpperCase(), `${url}?${query}`, { body });
        const documented = operation.responses[String(answer.status)];
        if (documented === undefined)
          throw new Error(`${operation.operationId} answers ${answer.status}, which is not documented`);
        const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
        if (documented.content !== undefined && documented.content[type] === undefined) throw new Error(`an answer of ${type}`);
        const at = ['paths', path, method, 'responses', String(answer.status), 'content', type, 'schema'];
        const pointer = at.map(step => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
        const check = answer.json === undefined ? undefined : ajv.compile({ $ref: `api#/${pointer}` });
        if (check !== undefined && !check(answer.json))
          throw new Error(`${operation.operationId}: ${ajv.errorsText(check.errors)}`);
        return answer;
      },
    ]),
  );
}

describe('the OpenAPI document', () => {
  const world = ApiWorld.ready();
  let document: Document;
  beforeAll(async () => {
    document = (await world.ask('GET', '/openapi.json')).json;
  });

  it('is one by the schema of OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document) as never);
    expect([valid, validator.version, errors]).toEqual([true, '3.1', undefined]);
  });

  it('documents each path, with the id, the summary and the error responses of each operation', () => {
    const operations = Object.values(document.paths).flatMap(methods => Object.values(methods));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { operationId, responses } of operations)
      expect([operationId, Object.keys(responses)]).toEqual([operationId, expect.arrayContaining(['400', '401', '403'])]);
    expect(Object.keys(document.paths).sort()).toEqual([
      '/api/v1/alerts',
      '/api/v1/config',
      '/api/v1/config/check',
      '/api/v1/config/save',
      '/api/v1/connections',
      '/api/v1/decisions',
      '/api/v1/decisions/{seq}',
      '/api/v1/events',
      '/api/v1/hosts',
      '/api/v1/links',
      '/api/v1/services',
      '/api/v1/services/{service}',
      '/api/v1/services/{service}/servers',
      '/api/v1/services/{service}/servers/{server}',
      '/api/v1/statistics',
      '/api/v1/status',
      '/api/v1/strategies',
      '/api/v1/switches',
      '/api/v1/switches/{dpid}',
      '/api/v1/switches/{dpid}/flows',
      '/events',
      '/flows',
    ]);
  });

  it('generates a client that can call every operation, and each response matches it', async () => {
    const seq = world.connect(4, 40001);
    world.connect(4, 40002);
    world.tick(1000);
    world.end(40001);
    world.installed = dumpOf(world.world.syn(world.at, 5, 40001).flows);
    world.alerts = [{ alert: 'server-down', subject: 'web/server1', since: 0, reason: 'silent' }];
    const client = clientOf(document, world);
    const web = { service: 'web', server: 'server3' };
    const mail = {
      name: 'mail',
      vip: '10.0.0.101',
      port: 25,
      servers: [
        { name: 'm1', ip: '10.0.0.5' },
        { name: 'm2', ip: '10.0.0.6' },
      ],
    };
    const config = (await client.get('getConfig')!({ format: 'json' })).json;
    expect(config.services).toHaveLength(2);
    const written = world.liveConfig.document.toJS();
    const calls: [operation: string, status: number, parameters?: Record<string, string>, body?: unknown][] = [
      ['getStatus', 200],
      ['listServices', 200],
      ['getService', 200, web],
      ['getServer', 200, web],
      ['addService', 201, {}, mail],
      ['changeService', 200, web, { strategy: 'random', shadow: { name: 'hash' } }],
      ['getService', 200, web],
      ['addServer', 201, web, { name: 'server4', ip: '10.0.0.4', port: 8000 }],
      ['changeServer', 200, web, { weight: 3 }],
      ['deleteServer', 204, web],
      ['deleteServer', 404, web],
      ['deleteService', 204, { service: 'mail' }],
      ['changeService', 422, web, { strategy: 'none of these' }],
      ['listStrategies', 200],
      ['getStatistics', 200, { minutes: '1' }],
      ['listSwitches', 200],
      ['getSwitch', 200, { dpid: '1' }],
      ['listFlows', 200, { dpid: '1' }],
      ['listHosts', 200],
      ['listLinks', 200],
      ['listConnections', 200, { client: '10.0.0.4' }],
      ['listDecisions', 200, { limit: '10' }],
      ['listDecisions', 400, { limit: 'ten' }],
      ['getDecision', 200, { seq: String(seq) }],
      ['listAlerts', 200],
      ['listEvents', 200, { since: '0' }],
      ['getConfig', 200],
      ['checkConfig', 200, {}, written],
      ['replaceConfig', 200, {}, written],
      ['saveConfig', 409],
    ];
    for (const [operation, status, parameters, body] of calls) {
      const answer = await client.get(operation)!(parameters, body);
      expect([operation, answer.status]).toEqual([operation, status]);
    }
    const called = new Set(calls.map(([operation]) => operation));
    expect([...client.keys()].filter(operation => !called.has(operation))).toEqual(['followFlows', 'followEvents']);
  });
});
