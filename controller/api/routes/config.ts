import { z } from '@hono/zod-openapi';
import { changesBetween } from '../../core/config/changes.ts';
import { ConfigError } from '../../core/config-error.ts';
import { ConfigDocument } from '../../core/config-file.ts';
import { strategies } from '../../strategies/catalogue.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-context.ts';
import { blanked, restored } from '../config-secrets.ts';
import { errorResponses, json, operations } from '../operation.ts';
import { ProblemError, refusalOf } from '../problem.ts';
import { sourceOf } from '../service-edits.ts';
import { applied, type CheckView, check, status } from '../shapes.ts';

const operation = operations('configuration');
const YAML = { schema: z.string() };
const JSON_OBJECT = { schema: z.record(z.string(), z.unknown()) };
const body = {
  required: true,
  description: '`vipflow.yaml`, as YAML or as JSON. A secret written as *** keeps its current value.',
  content: { 'text/yaml': YAML, 'application/yaml': YAML, 'application/json': JSON_OBJECT },
};

const get = operation('get', '/config', 'getConfig', {
  summary: 'Show the configuration in force, without secrets: as written (`yaml`), or with all defaults (`json`)',
  request: { query: z.object({ format: z.enum(['yaml', 'json']).default('yaml') }) },
  responses: {
    200: { description: 'The configuration.', content: { 'text/yaml': YAML, 'application/json': JSON_OBJECT } },
  },
});
const put = operation('put', '/config', 'replaceConfig', {
  summary: 'Replace the configuration; the difference is applied, and living connections stay',
  request: { body },
  responses: { 200: json(applied, 'Configuration applied; the changes.'), ...errorResponses(413, 415, 422) },
});
const postCheck = operation('post', '/config/check', 'checkConfig', {
  summary: 'Check a configuration without applying it: its problems, and what it would change',
  request: { body },
  responses: { 200: json(check, 'The result of the check.'), ...errorResponses(413, 415) },
});
const save = operation('post', '/config/save', 'saveConfig', {
  summary: 'Write the configuration in force to its file; comments stay',
  responses: { 200: json(status.shape.config, 'Configuration saved.'), ...errorResponses(409) },
});

export function configRoutes(api: ApiApp, { liveConfig, store }: ApiContext): void {
  api.openapi(get, c => {
    if (c.req.valid('query').format === 'json') return c.json(JSON.parse(JSON.stringify(liveConfig.document.config)));
    return c.body(blanked(liveConfig.document), 200, { 'content-type': 'text/yaml; charset=utf-8' }) as never;
  });
  api.put('/config', async c => {
    const text = await textOf(c.req.raw);
    const before = liveConfig.document.config;
    const { config } = await liveConfig.change(sourceOf(c.var.by), inForce => parsed(text, inForce));
    return c.json({ changes: changesBetween(before, config) }, 200);
  });
  api.post('/config/check', async c => c.json(checked(await textOf(c.req.raw), liveConfig.document), 200));
  api.openapi(save, c => {
    store.save(liveConfig.document);
    return c.json(store.view(liveConfig.document), 200);
  });
  // Their bodies are YAML, which no validator of the routes reads.
  for (const route of [put, postCheck]) api.openAPIRegistry.registerPath(route);
}

function parsed(text: string, inForce: ConfigDocument): ConfigDocument {
  return ConfigDocument.parse(restored(text, inForce), { strategies }, inForce.file);
}

function checked(text: string, inForce: ConfigDocument): CheckView {
  try {
    return { valid: true, problems: [], changes: changesBetween(inForce.config, parsed(text, inForce).config) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { valid: false, problems: [...refusalOf(error).problems], changes: [] };
  }
}

/** The body as YAML, of which JSON is a part. */
async function textOf(request: Request): Promise<string> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  if (/^(application|text)\/(x-)?yaml$|^application\/json$/.test(type)) return request.text();
  throw new ProblemError(415, 'send the configuration as text/yaml or application/json');
}
