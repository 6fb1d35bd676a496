import type { ElasticityConfig } from '../core/config/elasticity.ts';
import type { Load } from './load.ts';

/** The change that the load asks for, with the reason in words. */
export interface Wish {
  readonly direction: 'up' | 'down';
  readonly reason: string;
}

/** Decides when a load has lasted long enough: up above any of the upper bounds, down below all of the lower ones, otherwise nothing. */
export class Rule {
  #side: 'up' | 'down' | undefined;
  #since = 0;
  #quietUntil = 0;

  decide(config: ElasticityConfig, load: Load, now: number): Wish | undefined {
    const wish = wishOf(config, load);
    if (wish?.direction !== this.#side) {
      this.#side = wish?.direction;
      this.#since = now;
    }
    if (wish === undefined || now - this.#since < config.forMs || now < this.#quietUntil) return undefined;
    return wish;
  }

  /** Starts the cool-down after a change. */
  acted(config: ElasticityConfig, now: number): void {
    this.#quietUntil = now + config.coolDownMs;
    this.#side = undefined;
  }
}

const KEYS = ['connections', 'newPerSecond', 'responseP95'] as const;
const WORDS = {
  connections: 'connections per server',
  newPerSecond: 'new connections per second and server',
  responseP95: 'ms response time (p95)',
};

function wishOf({ up, down, min, max }: ElasticityConfig, load: Load): Wish | undefined {
  const high = KEYS.filter(key => up[key] !== undefined && (load[key] ?? 0) > up[key]);
  if (high.length > 0 && load.inUse < max) return { direction: 'up', reason: sentence(high, load, up, 'above') };
  const looked = KEYS.filter(key => down[key] !== undefined);
  const low = looked.filter(key => (load[key] ?? 0) < down[key]!);
  if (looked.length === 0 || low.length < looked.length || load.inUse <= min) return undefined;
  return { direction: 'down', reason: sentence(low, load, down, 'below') };
}

function sentence(keys: readonly (typeof KEYS)[number][], load: Load, bounds: ElasticityConfig['up'], side: string): string {
  return keys.map(key => `${rounded(load[key] ?? 0)} ${WORDS[key]}, ${side} ${bounds[key]}`).join('; ');
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
