import type { ServerState, Service, StrategyChoice } from './snapshot.ts';

/** One thing that an operator changes, and what undoes it: bodies of PATCH. */
export interface Change {
  readonly path: string;
  readonly body: unknown;
  readonly undo: unknown;
  /** The outcome, for the confirmation. */
  readonly outcome:
    | { readonly kind: 'state'; readonly server: string; readonly state: ServerState; readonly living: number }
    | { readonly kind: 'weight'; readonly server: string; readonly weight: number }
    | { readonly kind: 'strategy'; readonly service: string; readonly strategy: string };
}

/** Undefined where it is so already. */
export function stateChange(service: Service, name: string, state: ServerState): Change | undefined {
  const server = service.servers.find(one => one.name === name);
  if (server === undefined || server.state === state) return undefined;
  const outcome = { kind: 'state', server: name, state, living: server.connections } as const;
  return { path: serverPath(service, name), body: { state }, undo: { state: server.state }, outcome };
}

/** Undefined where it is so already, or is no weight. */
export function weightChange(service: Service, name: string, weight: number): Change | undefined {
  const server = service.servers.find(one => one.name === name);
  const isWeight = Number.isInteger(weight) && weight >= 1 && weight <= MAX_WEIGHT;
  if (server === undefined || !isWeight || server.weight === weight) return undefined;
  const outcome = { kind: 'weight', server: name, weight } as const;
  return { path: serverPath(service, name), body: { weight }, undo: { weight: server.weight }, outcome };
}

/** The other strategy with its own defaults; undone with the settings that it had. */
export function strategyChange(service: Service, strategy: string): Change | undefined {
  if (service.strategy.name === strategy) return undefined;
  return {
    path: `/services/${encodeURIComponent(service.name)}`,
    body: { strategy },
    undo: { strategy: written(service.strategy) },
    outcome: { kind: 'strategy', service: service.name, strategy },
  };
}

export const MAX_WEIGHT = 1000;

function serverPath(service: Service, server: string): string {
  return `/services/${encodeURIComponent(service.name)}/servers/${encodeURIComponent(server)}`;
}

/** A strategy as `vipflow.yaml` has it. */
function written({ name, options }: StrategyChoice): unknown {
  return Object.keys(options).length === 0 ? name : { name, ...options };
}
