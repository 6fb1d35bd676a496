import { z } from 'zod';
import { configSchema } from '../controller/core/config.ts';
import { strategyNames } from '../controller/strategies/catalogue.ts';
import { generated } from './generated.ts';

interface Schema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
  anyOf?: Schema[];
  oneOf?: Schema[];
  const?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}

const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' }) as Schema;
generated('vipflow.schema.json', `${JSON.stringify({ title: 'vipflow.yaml', ...schema }, null, 2)}\n`);

/** One row for each setting, in the order of the schema. */
function rows(at: Schema, path: string): string[] {
  return Object.entries(at.properties ?? {}).flatMap(([name, setting]) => {
    const here = path === '' ? name : `${path}.${name}`;
    if (setting.properties) return rows(setting, here);
    if (setting.items?.properties) return rows(setting.items, `${here}[]`);
    if (setting.items?.oneOf) return setting.items.oneOf.flatMap(form => rows(form, `${here}[${form.properties?.type?.const}]`));
    const fallback =
      setting.default !== undefined ? `\`${String(setting.default)}\`` : at.required?.includes(name) ? 'required' : '';
    return [`| \`${here}\` | ${kindOf(name, setting)} | ${fallback} | ${setting.description ?? ''} |`];
  });
}

function kindOf(name: string, { enum: words, type, minimum, maximum, anyOf, const: word, items }: Schema): string {
  if (name === 'strategy') return strategyNames.map(word => `\`${word}\``).join(', ');
  if (word !== undefined) return `\`${word}\``;
  if (type === 'array' && items) return `list of ${kindOf('', items)}`;
  if (words) return words.map(word => `\`${String(word)}\``).join(', ');
  if (name === 'status') return 'status, range, or list of them';
  if (anyOf?.some(form => form.properties?.env)) return 'secret';
  if (anyOf || Array.isArray(type)) return 'duration';
  if (type === 'integer' || type === 'number') return `${minimum} to ${maximum}`;
  return type ?? '';
}

generated(
  'configuration.md',
  `# Configuration

Generated from the schema in \`controller/core/config.ts\` by \`npm run docs\`.

\`vipflow check FILE\` checks a file and names each mistake as \`file:line:column\`. Editors that know
[yaml-language-server](https://github.com/redhat-developer/yaml-language-server) complete and check it with \`docs/vipflow.schema.json\`;
the first line of [the sample](vipflow.yaml) says so. Durations carry a unit: \`500ms\`, \`2s\`, \`5m\`, \`1h\`.

| setting | values | default | meaning |
| --- | --- | --- | --- |
${rows(schema, '').join('\n')}

## What is accepted and does less than it says

- \`mode: auto\` is \`exact\` for now: each new connection is decided by the controller.
- \`weight\` matters to strategies that use weights; \`round-robin\` does not.
`,
);
