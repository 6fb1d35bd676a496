import type { HookConfig } from '../core/config/elasticity.ts';
import type { ServiceConfig } from '../core/config.ts';
import type { Edit } from '../core/config-file.ts';
import { entryOf } from '../core/entry-of.ts';
import type { Server } from '../pool/server.ts';
import type { VirtualService } from '../pool/virtual-service.ts';
import { type Load, NewRate } from './load.ts';
import { Rule } from './rule.ts';

/** A change for a service, and its reason. */
export type ElasticAction = { readonly service: string; readonly reason: string } & (
  | { readonly type: 'edit'; readonly server: string; readonly state: 'ready' | 'drain' | 'standby' }
  | { readonly type: 'call'; readonly server?: string; readonly hook: HookConfig; readonly what: 'start' | 'stop' }
);

/** Interval between two evaluations of the loads. */
export const EVALUATE_EVERY_MS = 500;

interface Watched {
  readonly rate: NewRate;
  readonly rule: Rule;
  /** Servers that were spares before, or were added at run time: those that may be removed again. */
  readonly elastic: Set<string>;
  /** Servers that this class drained, and that are not spares again yet. */
  readonly leaving: Set<string>;
  known: Set<string> | undefined;
}

/** Lets the number of servers in use follow the load of their service. It only decides; the autoscaler edits the configuration and calls the hooks. */
export class Elasticity {
  readonly #watched = new Map<string, Watched>();
  #evaluateAt = 0;

  onTick(services: readonly VirtualService[], now: number): ElasticAction[] {
    if (now < this.#evaluateAt) return [];
    this.#evaluateAt = now + EVALUATE_EVERY_MS;
    const names = new Set(services.map(({ name }) => name));
    for (const name of this.#watched.keys()) if (!names.has(name)) this.#watched.delete(name);
    return services.flatMap(service => this.#evaluate(service, now));
  }

  #evaluate(service: VirtualService, now: number): ElasticAction[] {
    const { elasticity } = service.config;
    if (elasticity === undefined) {
      this.#watched.delete(service.name);
      return [];
    }
    const watched = entryOf(this.#watched, service.name, (): Watched => {
      return { rate: new NewRate(), rule: new Rule(), elastic: new Set(), leaving: new Set(), known: undefined };
    });
    this.#noteElastic(service, watched);
    const settled = this.#settle(service, watched);
    const { servers, candidates, begun, responses } = service;
    const inUse = candidates.length;
    const share = Math.max(1, inUse);
    const isP95Asked = (elasticity.up.responseP95 ?? elasticity.down.responseP95) !== undefined;
    const load: Load = {
      inUse,
      connections: servers.reduce((sum, server) => sum + server.connections, 0) / share,
      newPerSecond: watched.rate.take(begun, now) / share,
      responseP95: isP95Asked ? responses.p95(now) : undefined,
    };
    const wish = watched.rule.decide(elasticity, load, now);
    if (wish === undefined) return settled;
    const action = wish.direction === 'up' ? scaleUp(service, wish.reason) : scaleDown(service, watched, wish.reason);
    if (action === undefined) return settled;
    watched.rule.acted(elasticity, now);
    if (action.type === 'edit' && action.state === 'drain') watched.leaving.add(action.server);
    return [...settled, action];
  }

  /** Marks spares, and servers that were added after the first evaluation, as elastic. */
  #noteElastic({ servers }: VirtualService, watched: Watched): void {
    for (const { name, config } of servers) {
      if (config.state === 'standby' || (watched.known !== undefined && !watched.known.has(name))) watched.elastic.add(name);
    }
    watched.known = new Set(servers.map(({ name }) => name));
  }

  /** A drained server becomes a spare when its last connection has ended. */
  #settle({ name: service, servers, config }: VirtualService, watched: Watched): ElasticAction[] {
    const actions: ElasticAction[] = [];
    for (const name of watched.leaving) {
      const server = servers.find(one => one.name === name);
      if (server?.config.state === 'drain' && server.connections > 0) continue;
      watched.leaving.delete(name);
      if (server?.config.state !== 'drain') continue; // another change came in between
      actions.push({ type: 'edit', service, server: name, state: 'standby', reason: 'its last connection has ended' });
      const hook = config.elasticity?.stop;
      if (hook !== undefined) actions.push({ type: 'call', service, server: name, hook, what: 'stop', reason: 'drained' });
    }
    return actions;
  }
}

/** The edits that carry an action out in a configuration with these services; none when its server was removed. */
export function editsOf(action: Extract<ElasticAction, { type: 'edit' }>, services: readonly ServiceConfig[]): Edit[] {
  const i = services.findIndex(({ name }) => name === action.service);
  const j = services[i]?.servers.findIndex(({ name }) => name === action.server) ?? -1;
  return j === -1 ? [] : [{ path: ['services', i, 'servers', j, 'state'], value: action.state }];
}

/** Takes the first spare that is up into use; without a spare, the start hook is called. */
function scaleUp({ name: service, servers, config }: VirtualService, reason: string): ElasticAction | undefined {
  const isSpare = ({ config: { state } }: Server) => state === 'standby';
  const spare = servers.find(server => isSpare(server) && server.health === 'up') ?? servers.find(isSpare);
  if (spare !== undefined) return { type: 'edit', service, server: spare.name, state: 'ready', reason };
  const hook = config.elasticity?.start;
  return hook && { type: 'call', service, hook, what: 'start', reason };
}

/** Drains the last elastic server. */
function scaleDown(
  { name: service, candidates }: VirtualService,
  { elastic }: Watched,
  reason: string,
): ElasticAction | undefined {
  const server = candidates.findLast(({ name }) => elastic.has(name));
  return server && { type: 'edit', service, server: server.name, state: 'drain', reason };
}
