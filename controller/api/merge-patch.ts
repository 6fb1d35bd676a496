import type { Edit, Step } from '../core/config-file.ts';

/**
 * A JSON Merge Patch (RFC 7396) as edits of what is written at a place: `null` takes a setting away, objects are merged, all else
 * replaces what was there.
 */
export function editsOf(path: readonly Step[], written: unknown, patch: Readonly<Record<string, unknown>>): Edit[] {
  return Object.entries(patch).flatMap(([key, value]): Edit[] => {
    const here = [...path, key];
    const before = isObject(written) ? written[key] : undefined;
    if (value === null) return before === undefined ? [] : [{ path: here, value: undefined }];
    if (isObject(value) && isObject(before)) return editsOf(here, before, value);
    return [{ path: here, value: withoutNulls(value) }];
  });
}

function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, part]) => part !== null);
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutNulls(part)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
