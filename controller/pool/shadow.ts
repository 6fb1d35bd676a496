import type { StrategyConfig } from '../core/config.ts';
import { isSame } from '../core/same.ts';
import { type StrategyEntry, strategyOf } from '../strategies/catalogue.ts';
import type { ConnectionKey, PickContext, Strategy } from '../strategies/strategy.ts';
import type { Server } from './server.ts';

/** A second strategy that sees every connection of a service, decides nothing, and tells how it would have chosen. */
export class Shadow {
  readonly strategy: Strategy<Server>;
  readonly #config: StrategyConfig;
  /** How often it would have chosen each server, by name. */
  readonly chosen = new Map<string, number>();
  /** Connections for which both chose the same. */
  agreed = 0;
  asked = 0;

  constructor(config: StrategyConfig, entry: StrategyEntry) {
    this.#config = config;
    this.strategy = strategyOf(config, entry);
  }

  get name(): string {
    return this.#config.name;
  }

  is(config: StrategyConfig | undefined): boolean {
    return isSame(config, this.#config);
  }

  /** How it would have chosen where `server` was chosen; undefined where it would have taken nobody. */
  ask(key: ConnectionKey, candidates: readonly Server[], context: PickContext, server: Server): Server | undefined {
    const candidate = this.strategy.pick(key, candidates, context)?.candidate;
    this.asked += 1;
    if (candidate === server) this.agreed += 1;
    if (candidate !== undefined) this.chosen.set(candidate.name, (this.chosen.get(candidate.name) ?? 0) + 1);
    return candidate;
  }
}
