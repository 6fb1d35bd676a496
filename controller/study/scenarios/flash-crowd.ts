import type { ScenarioInput } from '../scenario.ts';

export const flashCrowd: ScenarioInput = {
  name: 'flash-crowd',
  title: { en: 'Flash crowd', fr: 'Afflux soudain' },
  about: {
    en: 'A quiet load of 0.4 rises to 1.6 within a second, stays for three and falls again: for a while more work arrives than the servers can do.',
    fr: 'Une charge calme de 0,4 monte à 1,6 en une seconde, y reste trois secondes et retombe : un moment, il y a plus à faire que les serveurs ne peuvent.',
  },
  servers: [{ count: 3 }],
  serviceTime: { kind: 'exponential', meanMs: 20 },
  arrivals: { kind: 'flash', load: 0.4, peakLoad: 1.6, atMs: 6000, riseMs: 1000, stayMs: 3000, fallMs: 1000 },
};
