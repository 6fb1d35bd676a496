import type { ScenarioInput } from '../scenario.ts';

export const crash: ScenarioInput = {
  name: 'crash',
  title: { en: 'A server crashes and comes back', fr: 'Un serveur tombe et revient' },
  about: {
    en: 'At 6 s one of three servers crashes silently with its host; at 13 s it is back, and its share grows for 5 s.',
    fr: 'À 6 s, un serveur sur trois meurt sans un mot, avec sa machine ; à 13 s il revient, et reprend sa part en 5 s.',
  },
  servers: [{ count: 3 }],
  clients: 96,
  serviceTime: { kind: 'exponential', meanMs: 20 },
  arrivals: { kind: 'poisson', load: 0.5 },
  durationMs: 24_000,
  slowStart: '5s',
  health: { interval: '1s', passive: { ejectFor: '3s' } },
  happenings: [
    { atMs: 6000, do: 'crash', server: 1 },
    { atMs: 13_000, do: 'recover', server: 1 },
  ],
};

export const hang: ScenarioInput = {
  name: 'hang',
  title: { en: 'A hanging server', fr: 'Un serveur figé' },
  about: {
    en: 'From 6 s to 11 s the program of one server hangs while its host still accepts connections: TCP probes notice nothing.',
    fr: 'De 6 s à 11 s, le programme d’un serveur est figé, mais sa machine accepte toujours les connexions : les sondes TCP ne voient rien.',
  },
  servers: [{ count: 3 }],
  serviceTime: { kind: 'exponential', meanMs: 20 },
  arrivals: { kind: 'poisson', load: 0.5 },
  timeoutMs: 3000,
  happenings: [
    { atMs: 6000, do: 'hang', server: 1 },
    { atMs: 11_000, do: 'recover', server: 1 },
  ],
};
