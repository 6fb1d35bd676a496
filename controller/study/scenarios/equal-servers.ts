import type { ScenarioInput } from '../scenario.ts';

export const equalServers: ScenarioInput = {
  name: 'equal-servers',
  title: { en: 'Equal servers', fr: 'Serveurs égaux' },
  about: {
    en: 'Three equal servers at a load of 0.7: what a strategy costs or gains under ordinary conditions.',
    fr: 'Trois serveurs égaux sous une charge de 0,7 : ce que coûte ou rapporte un algorithme quand rien n’est particulier.',
  },
  servers: [{ count: 3 }],
  serviceTime: { kind: 'exponential', meanMs: 20 },
  arrivals: { kind: 'poisson', load: 0.7 },
};
