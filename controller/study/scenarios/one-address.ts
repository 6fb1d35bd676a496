import type { ScenarioInput } from '../scenario.ts';

export const oneAddress: ScenarioInput = {
  name: 'one-address',
  title: { en: 'Many clients behind one address', fr: 'Beaucoup de clients derrière une adresse' },
  about: {
    en: 'Three in five connections come from one address, as behind a carrier’s NAT: a strategy that uses addresses sees one client.',
    fr: 'Trois connexions sur cinq viennent d’une même adresse, comme derrière un NAT d’opérateur : un algorithme qui regarde les adresses voit un seul client.',
  },
  servers: [{ count: 3 }],
  behindOne: 0.6,
  serviceTime: { kind: 'exponential', meanMs: 20 },
  arrivals: { kind: 'poisson', load: 0.7 },
};
