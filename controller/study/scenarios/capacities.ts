import type { ScenarioInput } from '../scenario.ts';

const common = {
  serviceTime: { kind: 'exponential', meanMs: 20 },
  arrivals: { kind: 'poisson', load: 0.7 },
  durationMs: 12_000,
  health: { type: 'http', interval: '1s', fall: 100 },
} satisfies Partial<ScenarioInput>;

export const capacities: ScenarioInput = {
  name: 'capacities',
  title: { en: 'Capacities 1:2:4, equal weights', fr: 'Capacités 1:2:4, poids égaux' },
  about: {
    en: 'Servers of speed 1, 2 and 4, which the controller does not know.',
    fr: 'Des serveurs de vitesse 1, 2 et 4, sans que le contrôleur le sache.',
  },
  servers: [{ speed: 1 }, { speed: 2 }, { speed: 4 }],
  ...common,
};

export const capacitiesWeighted: ScenarioInput = {
  name: 'capacities-weighted',
  title: { en: 'Capacities 1:2:4, matching weights', fr: 'Capacités 1:2:4, poids conformes' },
  about: {
    en: 'The same servers, with weights 1, 2 and 4 in the configuration.',
    fr: 'Les mêmes serveurs, avec les poids 1, 2 et 4 dans la configuration.',
  },
  servers: [
    { speed: 1, weight: 1 },
    { speed: 2, weight: 2 },
    { speed: 4, weight: 4 },
  ],
  ...common,
};
