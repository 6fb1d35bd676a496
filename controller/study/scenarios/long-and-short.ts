import type { ScenarioInput } from '../scenario.ts';

export const longAndShort: ScenarioInput = {
  name: 'long-and-short',
  title: { en: 'Long-lived beside short connections', fr: 'Connexions longues et courtes' },
  about: {
    en: 'Each visitor opens one connection that carries 40 requests over ten seconds, and then two with one request each: every third connection is long.',
    fr: 'Chaque visiteur ouvre une connexion qui dure dix secondes avec 40 requêtes, puis deux qui ne demandent qu’une fois : une connexion sur trois est longue.',
  },
  servers: [{ count: 3 }],
  serviceTime: { kind: 'exponential', meanMs: 5 },
  arrivals: { kind: 'poisson', load: 0.7 },
  connections: [
    { share: 1, requests: 40, think: { kind: 'exponential', meanMs: 250 } },
    { share: 2, requests: 1 },
  ],
  order: 'in-turn',
  warmUpMs: 12_000,
  durationMs: 30_000,
};
