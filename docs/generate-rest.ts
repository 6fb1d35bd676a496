import { HttpApi } from '../controller/api/http-api.ts';
import { App } from '../controller/app.ts';
import { configSchema } from '../controller/core/config.ts';
import { ConfigDocument } from '../controller/core/config-file.ts';
import { LiveConfig } from '../controller/live-config.ts';
import { builtIn } from '../controller/strategies/book.ts';
import { strategies } from '../controller/strategies/catalogue.ts';
import { generated } from './generated.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  description?: string;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
}
interface Parameter {
  name: string;
  in: string;
  description?: string;
  schema: Schema & { default?: unknown };
}
interface Operation {
  tags: string[];
  summary: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}
interface Document {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** A controller without switches: its interface is the same. */
const config = { services: [{ name: 'web', vip: '10.0.0.100', port: 80, servers: [{ name: 's1', ip: '10.0.0.1' }] }] };
const app = new App(configSchema.parse(config), () => 0.5);
const httpApi = new HttpApi({
  ...{ version: '1', app, now: () => 0, alerts: () => [], soon: () => {}, onDefect: () => {}, ofProcess: false },
  ...{ configFile: undefined, address: { host: '127.0.0.1', port: 0 }, ask: () => Promise.reject(new Error('no switch')) },
  liveConfig: new LiveConfig(ConfigDocument.of(config, { strategies }), {
    load: async () => builtIn,
    handle: () => true,
    log: () => {},
  }),
});
const document = (await (await httpApi.app.request('http://127.0.0.1/openapi.json')).json()) as Document;

const isTable = (name: string) => document.components.schemas[name]?.properties !== undefined;
const nameOf = ({ $ref }: Schema) => $ref?.replace('#/components/schemas/', '');

function kindOf(schema: Schema): string {
  const name = nameOf(schema);
  if (name !== undefined) return `[${name}](${isTable(name) ? `#${name.toLowerCase()}` : 'log.md'})`;
  const forms = schema.anyOf ?? schema.oneOf;
  if (forms) return forms.map(kindOf).join(' or ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map(word => `\`${String(word)}\``).join(', ');
  if (schema.items) return `list of ${kindOf(schema.items)}`;
  if (schema.properties) return `{ ${Object.keys(schema.properties).join(', ')} }`;
  if (typeof schema.additionalProperties === 'object' && Object.keys(schema.additionalProperties).length > 0)
    return `by name: ${kindOf(schema.additionalProperties)}`;
  return [schema.type ?? 'anything'].flat().join(' or ');
}

function operationRows(tag: string): string[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => tags.includes(tag))
      .map(([method, { summary, parameters = [], requestBody, responses }]) => {
        const query = parameters.filter(parameter => parameter.in === 'query').map(({ name }) => `\`${name}\``);
        const body = requestBody && Object.values(requestBody.content).map(({ schema }) => nameOf(schema) ?? 'configuration')[0];
        const [status, answer] = Object.entries(responses).find(([code]) => code.startsWith('2'))!;
        const given = answer.content === undefined ? '' : kindOf(Object.values(answer.content)[0]!.schema);
        const asked = [...query, ...(body === undefined ? [] : [body])].join(', ');
        return `| \`${method.toUpperCase()} ${path.replace('/api/v1', '')}\` | ${summary} | ${asked} | ${status} ${given} |`;
      }),
  );
}

function shapeRows(name: string): string {
  const { properties = {} } = document.components.schemas[name]!;
  const rows = Object.entries(properties).map(
    ([key, schema]) => `| \`${key}\` | ${kindOf(schema)} | ${schema.description ?? ''} |`,
  );
  return `### ${name}\n\n| field | kind | meaning |\n| --- | --- | --- |\n${rows.join('\n')}`;
}

const groups = document.tags.map(
  ({ name, description }) =>
    `### ${name[0]!.toUpperCase()}${name.slice(1)}\n\n${description}\n\n| request | what it does | takes | returns |\n| --- | --- | --- | --- |\n${operationRows(name).join('\n')}`,
);
const isBody = /^(New|.*Patch$)/;
const shapes = Object.keys(document.components.schemas).filter(name => !isBody.test(name) && isTable(name));

generated(
  'rest.md',
  `# REST

The tables are generated from the schemas in \`controller/api/shapes.ts\` by \`npm run docs\`. A running controller serves the complete
OpenAPI 3.1 document at \`/openapi.json\`.

Requests go to \`http://127.0.0.1:8080/api/v1\` unless \`listen.http\` sets another address. Instants are ISO 8601 in UTC, durations are milliseconds (\`Ms\`),
rates are per second, shares range from 0 to 1.

\`\`\`sh
curl 127.0.0.1:8080/api/v1/services/web
curl -X PATCH -H 'content-type: application/json' -d '{"state":"drain"}' 127.0.0.1:8080/api/v1/services/web/servers/server1
curl -X PATCH -H 'content-type: application/json' -d '{"strategy":"least-connections"}' 127.0.0.1:8080/api/v1/services/web
curl -X PUT -H 'content-type: text/yaml' --data-binary @vipflow.yaml 127.0.0.1:8080/api/v1/config
\`\`\`

Every change edits the configuration in force. The result is checked and applied as a whole; concurrent changes are applied one after the other, and living
connections stay. \`PATCH\` takes a JSON Merge Patch (RFC 7396): \`null\` resets a setting to its default. Changes are not written to the file until
\`POST /config/save\`, which keeps the comments of the file.

## Access

\`\`\`yaml
api:
  tokens:
    - { name: grafana, role: read, token: { env: VIPFLOW_READ_TOKEN } }
    - { name: ops, role: admin, token: { file: /etc/vipflow/token } }
  hosts: [lb.example]
\`\`\`

- Without tokens every request from this machine is allowed; \`listen.http\` must be a loopback address then, or the configuration is refused.
- With tokens every request needs \`Authorization: Bearer TOKEN\`: the role \`read\` for \`GET\`, \`admin\` for every other method. The page, \`/healthz\` and
  \`/openapi.json\` need no token.
- After ten wrong tokens within a minute, an address has to wait (429).
- \`Host\` must be an IP address, \`localhost\` or one of \`api.hosts\` (421 otherwise), and an \`Origin\` must be the same site (403 otherwise), so that a page of
  another site cannot reach the controller through a browser.
- The controller does not speak TLS: put a proxy in front of it in networks that you do not trust.

## Errors

Errors are reported as \`application/problem+json\` (RFC 9457). \`problems\` lists the places: \`path\` is relative to the body that was sent; problems of a whole
configuration have a line and a column.

| status | meaning |
| --: | --- |
| 400 | invalid request |
| 401, 403 | token missing or wrong; not allowed for this token or this origin |
| 404 | unknown name; the closest match is suggested |
| 409 | not possible in the current state |
| 411, 413, 415 | Content-Length missing, body larger than 1 MiB, unsupported content type |
| 421 | unknown \`Host\` |
| 422 | the resulting configuration would be invalid |
| 426 | the path is a WebSocket |
| 429 | too many wrong tokens |
| 502 | the switch did not answer |
| 503 | too many log readers |

\`\`\`json
{"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"weight: Too big: expected number to be <=1000",
 "problems":[{"path":"weight","message":"Too big: expected number to be <=1000"}]}
\`\`\`

## Requests

${groups.join('\n\n')}

\`/flows\` and \`/events\` are at the root, beside \`/metrics\` ([metrics.md](metrics.md)), \`/healthz\` and the dashboard at \`/\`. [log.md](log.md) describes their lines.

## Shapes

${shapes.map(shapeRows).join('\n\n')}
`,
);
