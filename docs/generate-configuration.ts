import { z } from 'zod';
import { configSchema } from '../controller/core/config.ts';
import { strategies, strategyNames } from '../controller/strategies/catalogue.ts';
import { generated } from './generated.ts';

/** The pattern of `isStrategyFile`. */
const STRATEGY_FILE = String.raw`^\.{0,2}/|\.[mc]?[jt]s$`;

interface Schema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  exclusiveMinimum?: number;
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
const serviceSchema = schema.properties!.services!.items!;
for (const name of ['strategy', 'shadow']) {
  const setting = serviceSchema.properties![name]!;
  // A name, which editors complete; or a file.
  setting.anyOf = [{ enum: strategyNames }, { type: 'string', pattern: STRATEGY_FILE }, ...setting.anyOf!.slice(1)];
}
generated('vipflow.schema.json', `${JSON.stringify({ title: 'vipflow.yaml', ...schema }, null, 2)}\n`);

/** One row for each setting, in the order of the schema. */
function rows(at: Schema, path: string): string[] {
  return Object.entries(at.properties ?? {}).flatMap(([name, setting]) => {
    const here = path === '' ? name : `${path}.${name}`;
    if (setting.properties) return rows(setting, here);
    const form = setting.anyOf?.find(({ properties }) => properties && !properties.env && !properties.file && !properties.name);
    if (form) return [row(at, here, name, setting), ...rows(form, here)];
    if (setting.items?.properties) return rows(setting.items, `${here}[]`);
    if (setting.items?.oneOf) return setting.items.oneOf.flatMap(form => rows(form, `${here}[${form.properties?.type?.const}]`));
    return [row(at, here, name, setting)];
  });
}

function row(at: Schema, here: string, name: string, setting: Schema): string {
  const fallback =
    setting.default !== undefined ? `\`${String(setting.default)}\`` : at.required?.includes(name) ? 'required' : '';
  return `| \`${here}\` | ${kindOf(name, setting)} | ${fallback} | ${setting.description ?? ''} |`;
}

function kindOf(name: string, setting: Schema): string {
  const { enum: words, type, minimum, exclusiveMinimum, maximum, anyOf, const: word, items } = setting;
  if (name === 'strategy' || name === 'shadow') return 'a strategy (below)';
  if (word !== undefined) return `\`${word}\``;
  if (type === 'array' && items) return `list of ${kindOf('', items)}`;
  if (words) return words.map(word => `\`${String(word)}\``).join(', ');
  if (name === 'status') return 'status, range, or list of them';
  if (anyOf?.some(form => form.properties?.env)) return 'secret';
  const ofWords = anyOf?.find(form => form.enum);
  if (ofWords) return [kindOf('', ofWords), ...(anyOf!.length > 1 ? ['or the settings below'] : [])].join(', ');
  if (anyOf || Array.isArray(type)) return 'duration';
  if (exclusiveMinimum !== undefined && maximum === undefined) return `above ${exclusiveMinimum}`;
  if (type === 'integer' || type === 'number') return `${minimum ?? exclusiveMinimum} to ${maximum}`;
  return type ?? '';
}

generated(
  'configuration.md',
  `# Configuration

Generated from the schema in \`controller/core/config.ts\` by \`npm run docs\`.

\`vipflow check FILE\` checks a file and reports each mistake as \`file:line:column\`. Editors with
[yaml-language-server](https://github.com/redhat-developer/yaml-language-server) complete and check it by \`docs/vipflow.schema.json\`;
the first line of [the sample](vipflow.yaml) refers to it. Durations carry a unit: \`500ms\`, \`2s\`, \`5m\`, \`1h\`.
A secret is \`{ env: NAME }\` (an environment variable), \`{ file: /path }\` or the value itself.

| setting | values | default | meaning |
| --- | --- | --- | --- |
${rows(schema, '').join('\n')}

## Strategies

Write \`strategy: hash\`, with settings \`strategy: { name: hash, by: 5-tuple }\`, or a file of your own: [own-strategy.md](own-strategy.md). They are compared in
[algorithms.md](algorithms.md).

| strategy | what it does | settings |
| --- | --- | --- |
${Object.entries(strategies)
  .map(([name, { summary, options }]) => `| \`${name}\` | ${summary} | ${settingsOf(options)} |`)
  .join('\n')}

## Settings with limited effect

- \`mode: auto\` is \`exact\` for now: the controller decides each new connection.
- \`weight\` has an effect only with strategies that use weights; \`round-robin\` ignores it.
`,
);

function settingsOf(options: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(options, { io: 'input' }) as Schema;
  return Object.entries(properties)
    .map(([name, setting]) => {
      const fallback = setting.default === undefined ? '' : `, default \`${String(setting.default)}\``;
      return `\`${name}\`: ${kindOf(name, setting)}${fallback}${setting.description ? `; ${setting.description}` : ''}`;
    })
    .join('<br>');
}
