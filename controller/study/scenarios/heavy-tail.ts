import type { ScenarioInput } from '../scenario.ts';

export const heavyTail: ScenarioInput = {
  name: 'heavy-tail',
  title: { en: 'Heavy-tailed service times', fr: 'Durées de service à queue lourde' },
  about: {
    en: 'Most requests take a few milliseconds, and a few take up to two seconds (bounded Pareto, shape 1.1): a request that waits behind one of these waits long.',
    fr: 'La plupart des requêtes durent quelques millisecondes, quelques-unes jusqu’à deux secondes (Pareto borné, forme 1,1) : attendre derrière l’une d’elles est long.',
  },
  servers: [{ count: 3, workers: 2 }],
  serviceTime: { kind: 'bounded-pareto', lowMs: 4, highMs: 2000, shape: 1.1 },
  arrivals: { kind: 'poisson', load: 0.7 },
  durationMs: 15_000,
};
