import { z } from 'zod';
import { alerts } from './config/alerts.ts';
import { api, exposure } from './config/api.ts';
import { refuseConflicts } from './config/conflicts.ts';
import { listenAddress, refuse } from './config/fields.ts';
import { limits } from './config/limits.ts';
import { service } from './config/service.ts';
import type { StrategyConfig } from './config/strategy.ts';
import { cookieRange } from './cookie.ts';

export { type AffinityConfig, affinityBy } from './config/affinity.ts';
export type { AlertsConfig } from './config/alerts.ts';
export type { ListenAddress } from './config/fields.ts';
export type { HealthConfig } from './config/health.ts';
export type { ServerState } from './config/server.ts';
export type { ServerConfig, ServiceConfig } from './config/service.ts';
export type { StrategyConfig } from './config/strategy.ts';

/** The one schema of `vipflow.yaml`; each concept is a file in `config/`. */
export const configSchema = z
  .strictObject({
    listen: z
      .strictObject({
        openflow: listenAddress.prefault('0.0.0.0:6653').describe('address that switches connect to'),
        http: listenAddress.prefault('127.0.0.1:8080').describe('address of the dashboard, REST, metrics and the WebSocket log'),
      })
      .prefault({}),
    services: z
      .array(service)
      .min(1, 'at least one service is required')
      .max(cookieRange('service') - 1),
    limits: limits.prefault({}),
    alerts: alerts.prefault({}),
    api: api.prefault({}),
  })
  .superRefine(({ listen, services, api }, context) => {
    const exposed = exposure(listen.http, api);
    if (exposed !== undefined) refuse(context, exposed, ['listen', 'http']);
    refuseConflicts(services, context);
  });

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;

/** Every strategy that a configuration names, and where it stands there. */
export function strategiesIn({ services }: Config): { path: (string | number)[]; strategy: StrategyConfig }[] {
  return services.flatMap(({ strategy, shadow }, i) => [
    { path: ['services', i, 'strategy'], strategy },
    ...(shadow === undefined ? [] : [{ path: ['services', i, 'shadow'], strategy: shadow }]),
  ]);
}
