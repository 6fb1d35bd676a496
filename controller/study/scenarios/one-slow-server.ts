import type { ScenarioInput } from '../scenario.ts';

export const oneSlowServer: ScenarioInput = {
  name: 'one-slow-server',
  title: { en: 'One slow server', fr: 'Un serveur lent' },
  about: {
    en: 'One of three servers works at a quarter of the speed and has the same weight. An even share is more than it can serve.',
    fr: 'Un serveur sur trois travaille au quart de la vitesse, avec le même poids. Une part égale dépasse ce qu’il peut servir.',
  },
  servers: [{ count: 2 }, { count: 1, speed: 0.25 }],
  serviceTime: { kind: 'exponential', meanMs: 20 },
  arrivals: { kind: 'poisson', load: 0.6 },
  health: { type: 'http', interval: '1s', fall: 100 },
};
