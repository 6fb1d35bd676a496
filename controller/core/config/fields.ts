import { z } from 'zod';
import { parseDuration } from '../duration.ts';
import { familyOf, type Ip, parseIp } from '../ip.ts';

export const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'must be 1 to 63 letters, digits, ".", "_" or "-", and begin with a letter or digit',
  );

/** Refuses a name that an earlier entry of the list has; `what` is the kind of entry: `a channel`. */
export function distinctNames(
  list: string,
  entries: readonly { readonly name: string }[],
  what: string,
  context: z.RefinementCtx,
): void {
  for (const [i, earlier] of earlierOf(entries, ({ name }) => name).entries())
    if (earlier !== undefined) refuse(context, `"${entries[i]!.name}" is already ${what}`, [list, i, 'name']);
}

/** For each entry the index of the last one before it with the same key, if any. */
export function earlierOf<T>(entries: readonly T[], keyOf: (entry: T) => string): (number | undefined)[] {
  const last = new Map<string, number>();
  return entries.map((entry, i) => {
    const key = keyOf(entry);
    const earlier = last.get(key);
    last.set(key, i);
    return earlier;
  });
}

/** Reports what is wrong with a value, or with one of its parts. */
export function refuse(context: z.RefinementCtx, message: string, path: readonly PropertyKey[] = []) {
  context.addIssue({ code: 'custom', path: [...path], message });
  return z.NEVER;
}

/** A whole number, both bounds included. */
export function int(min: number, max: number) {
  return z.int().min(min).max(max);
}

export const port = int(1, 65_535);

export const ip = z.string().transform((text, context): Ip => {
  const found = parseIp(text);
  if (found !== undefined && familyOf(found) === 'ipv4') return found;
  const message = found === undefined ? `"${text}" is not an IPv4 address` : 'IPv6 is not supported yet, use an IPv4 address';
  return refuse(context, message);
});

export const mac = z
  .string()
  .regex(/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/, 'must be a MAC address, such as 02:56:0a:00:00:64')
  .transform(text => text.toLowerCase())
  .refine(text => (Number.parseInt(text.slice(0, 2), 16) & 1) === 0, 'must not be a multicast address');

/** A duration with its unit, as milliseconds. */
export function duration(min: number, max: number, unit: 'ms' | 's' = 'ms') {
  return z.union([z.string(), z.number()]).transform((text, context) => {
    const ms = typeof text === 'string' ? parseDuration(text) : undefined;
    const problem =
      ms === undefined
        ? `must be a duration with a unit, such as 500ms, 2s or 5m, not ${JSON.stringify(text)}`
        : ms < min || ms > max
          ? `must be from ${min / 1000}s to ${max / 1000}s`
          : unit === 's' && ms % 1000 !== 0
            ? 'must be whole seconds, because switches count in seconds'
            : undefined;
    return problem === undefined ? ms! : refuse(context, problem);
  });
}

/** The address of a listener: a host and a TCP port. */
export const listenAddress = z.string().transform((text, context) => {
  const found = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text);
  const number = Number(found?.[3]);
  if (found && number <= 65535) return { host: found[1] ?? (found[2] || '0.0.0.0'), port: number };
  return refuse(context, `must be HOST:PORT, such as 127.0.0.1:8080, not ${JSON.stringify(text)}`);
});
export type ListenAddress = Readonly<z.output<typeof listenAddress>>;
