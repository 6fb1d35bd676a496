import type { ScenarioInput } from '../scenario.ts';

/** The same load on each server of pools of different sizes. */
function pool(count: number, durationMs: number): ScenarioInput {
  return {
    name: `pool-${count}`,
    title: { en: `${count} servers`, fr: `${count} serveurs` },
    about: {
      en: `A pool of ${count} equal servers, each at a load of 0.7: how a strategy scales with the pool.`,
      fr: `Un groupe de ${count} serveurs égaux, chacun sous une charge de 0,7 : comment l’algorithme grandit avec le groupe.`,
    },
    servers: [{ count }],
    clients: 96,
    serviceTime: { kind: 'exponential', meanMs: 100 },
    arrivals: { kind: 'poisson', load: 0.7 },
    warmUpMs: 1000,
    durationMs,
  };
}

export const pools: readonly ScenarioInput[] = [pool(3, 40_000), pool(30, 10_000), pool(300, 3000)];
