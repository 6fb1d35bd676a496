import type { StrategyConfig } from '../core/config.ts';

/**
 * A strategy as a command line names it: `hash`, `hash?by=5-tuple`, `./mine.ts?window=8`. Settings are those of `vipflow.yaml`; numbers,
 * `true` and `false` are values, everything else is text.
 */
export function strategyNamed(text: string): StrategyConfig {
  const [, name = text, settings = ''] = /^([^?]*)\?(.*)$/.exec(text) ?? [];
  const options = [...new URLSearchParams(settings)].map(([key, value]) => [key, setting(value)] as const);
  return { name, options: Object.fromEntries(options) };
}

function setting(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}
