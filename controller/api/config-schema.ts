import { z } from '@hono/zod-openapi';

interface JsonSchema {
  $schema?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  [key: string]: unknown;
}

/**
 * The settings of a part of the configuration as a request body. It accepts any object, because the configuration check reports what is wrong
 * and where; the OpenAPI document gets the JSON Schema. `fixed`: the body is a patch, without these settings; all others are optional, and
 * null resets one.
 */
export function settingsOf(schema: z.ZodType, name: string, fixed?: readonly string[]): z.ZodType<Record<string, unknown>> {
  const { $schema, ...described } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
  }) as JsonSchema;
  const kept = Object.entries(described.properties ?? {}).filter(([key]) => !fixed?.includes(key));
  const properties = Object.fromEntries(kept.map(([key, part]) => [key, fixed === undefined ? part : orNull(part)]));
  const { required, ...rest } = described;
  const document = { ...rest, properties, ...(fixed === undefined && required && { required }) };
  return z.record(z.string(), z.unknown()).openapi(name, document as object);
}

/** Without the default: a patch adds nothing by itself. */
function orNull({ default: _default, ...part }: JsonSchema): JsonSchema {
  return { anyOf: [part, { type: 'null' }], ...(part.description !== undefined && { description: part.description }) };
}
