import { stringify } from 'yaml';
import type { StatusRange } from '../../core/config/health.ts';
import type { Config, StrategyConfig } from '../../core/config.ts';
import { durationText } from '../../core/duration.ts';
import { addressText } from '../argument.ts';

type Settings = Readonly<Record<string, unknown>>;

/** A configuration as the text of a `vipflow.yaml` with every setting, defaults included; valid, except for its blanked secrets. */
export function configYaml(config: Config): string {
  const { listen, services, ...rest } = JSON.parse(JSON.stringify(config)) as Config;
  const written = {
    listen: { openflow: addressText(listen.openflow), http: addressText(listen.http) },
    services: services.map(serviceSettings),
    ...withUnits(rest),
  };
  return stringify(written, { lineWidth: 130 });
}

function serviceSettings({ strategy, shadow, health, ...rest }: Config['services'][number]): Settings {
  const { http, ...probe } = health;
  const page = { ...http, status: http.status.map(statusText) };
  return withUnits({
    ...rest,
    strategy: strategyText(strategy),
    ...(shadow !== undefined && { shadow: strategyText(shadow) }),
    health: { ...probe, ...(health.type === 'http' && { http: page }) },
  });
}

/** Durations again with their unit: `intervalMs: 2000` is `interval: 2s`. */
function withUnits(settings: Settings): Settings {
  const one = ([key, value]: [string, unknown]): [string, unknown] => {
    const name = /^(.+)Ms$/.exec(key)?.[1];
    return name !== undefined && typeof value === 'number' ? [name, durationText(value)] : [key, deep(value)];
  };
  return Object.fromEntries(Object.entries(settings).map(one));
}

function deep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deep);
  return typeof value === 'object' && value !== null ? withUnits(value as Settings) : value;
}

function strategyText({ name, options }: StrategyConfig): unknown {
  return Object.keys(options).length === 0 ? name : { name, ...options };
}

function statusText({ from, to }: StatusRange): string | number {
  return from === to ? from : `${from}-${to}`;
}
