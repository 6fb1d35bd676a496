import { z } from '@hono/zod-openapi';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/**
 * The settings of a part of the configuration as a request body. It accepts any object, because the configuration check reports what is wrong
 * and where; the OpenAPI document gets the JSON Schema. `fixed`: the body is a patch, without these settings; all others are optional, and
 * null resets one.
 */
export function settingsOf(schema: z.ZodType, name: string, fixed?: readonly string[]): z.ZodType<Record<string, unknown>> {
  const { $schema, ...whole } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const document = fixed === undefined ? whole : patchOf(whole, fixed);
  return z.record(z.string(), z.unknown()).openapi(name, document as object);
}

function patchOf({ required, ...whole }: JsonSchema, fixed: readonly string[]): JsonSchema {
  const free = Object.entries(whole.properties ?? {}).filter(([key]) => !fixed.includes(key));
  return { ...whole, properties: Object.fromEntries(free.map(([key, part]) => [key, orNull(part as JsonSchema)])) };
}

/** Without the default: a patch adds nothing by itself. */
function orNull({ default: _default, ...part }: JsonSchema): JsonSchema {
  return { anyOf: [part, { type: 'null' }], ...(part.description !== undefined && { description: part.description }) };
}
