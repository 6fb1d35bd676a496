import type { StrategyConfig } from '../core/config.ts';

/** A strategy as a command line names it, with the settings of `vipflow.yaml`: `hash`, `hash?by=5-tuple`, `./mine.ts?window=8`. */
export function strategyNamed(text: string): StrategyConfig {
  const [, name = text, settings = ''] = /^([^?]*)\?(.*)$/.exec(text) ?? [];
  const options = [...new URLSearchParams(settings)].map(([key, value]) => [key, settingValue(value)] as const);
  return { name, options: Object.fromEntries(options) };
}

/** A setting on a command line: numbers, `true` and `false` are values, everything else is text. */
export function settingValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}
