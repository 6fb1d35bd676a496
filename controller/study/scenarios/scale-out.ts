import type { ScenarioInput } from '../scenario.ts';

export const scaleOut: ScenarioInput = {
  name: 'scale-out',
  title: { en: 'Scale-out under load', fr: 'Ajout de serveurs sous charge' },
  about: {
    en: 'Three servers at a load of 0.9; at 8 s two more join. How soon do they help, and which clients change their server?',
    fr: 'Trois serveurs sous une charge de 0,9 ; à 8 s, deux autres s’ajoutent. Quand cela aide-t-il, et qui change de serveur ?',
  },
  servers: [{ count: 3 }],
  spare: [{ count: 2 }],
  serviceTime: { kind: 'exponential', meanMs: 20 },
  arrivals: { kind: 'poisson', load: 0.9 },
  clients: 96,
  happenings: [
    { atMs: 8000, do: 'add', server: 4 },
    { atMs: 8000, do: 'add', server: 5 },
  ],
};
