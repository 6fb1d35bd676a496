import type { LiveConfig } from '../live-config.ts';
import type { VirtualService } from '../pool/virtual-service.ts';
import { callHook } from './hook.ts';
import { type ElasticAction, Elasticity, editsOf } from './scaling.ts';

export interface AutoscalerOptions {
  readonly services: () => readonly VirtualService[];
  readonly liveConfig: LiveConfig;
  /** Logs a sentence as a warning. */
  readonly warn: (sentence: string) => void;
}

/** Carries out the decisions of elasticity: edits of the configuration, and calls of hooks in the background. */
export class Autoscaler {
  readonly #options: AutoscalerOptions;
  readonly #elasticity = new Elasticity();
  readonly #calls = new AbortController();

  constructor(options: AutoscalerOptions) {
    this.#options = options;
  }

  onTick(now: number): void {
    for (const action of this.#elasticity.onTick(this.#options.services(), now)) void this.#do(action);
  }

  /** Ends the hooks that are still running. */
  stop(): void {
    this.#calls.abort();
  }

  async #do(action: ElasticAction): Promise<void> {
    const { liveConfig, warn } = this.#options;
    const who = action.server === undefined ? action.service : `${action.service}/${action.server}`;
    try {
      if (action.type === 'edit') {
        await liveConfig.change(`elasticity: ${action.reason}`, document =>
          document.edit(editsOf(action, document.config.services)),
        );
      } else {
        warn(`elasticity: calling the ${action.what} hook of ${who} (${action.reason})`);
        await callHook(action, this.#calls.signal);
      }
    } catch (error) {
      if (!this.#calls.signal.aborted) warn(`elasticity: ${who}: ${(error as Error).message}`);
    }
  }
}
