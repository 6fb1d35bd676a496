import { z } from 'zod';

/** A strategy by name, with its settings: `hash`, or `{ name: hash, by: client-ip }`. */
export const strategy = z
  .union([z.string().transform(name => ({ name })), z.looseObject({ name: z.string() })])
  .transform(({ name, ...options }): { name: string; options: Readonly<Record<string, unknown>> } => ({ name, options }));

/** `options` are what the strategy itself makes of them (`controller/strategies/catalogue.ts`). */
export type StrategyConfig = z.output<typeof strategy>;

/** Whether the name is that of a file with a user's own strategy. */
export function isStrategyFile(name: string): boolean {
  return /^\.{0,2}\//.test(name) || /\.(?:[mc]?[jt]s)$/.test(name);
}
