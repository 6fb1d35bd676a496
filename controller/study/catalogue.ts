import { type Scenario, type ScenarioInput, scenarioSchema } from './scenario.ts';

const capacities = {
  serviceTime: { kind: 'exponential', meanMs: 20 },
  arrivals: { kind: 'poisson', load: 0.7 },
  durationMs: 12_000,
  health: { type: 'http', interval: '1s', fall: 100 },
} satisfies Partial<ScenarioInput>;

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

/** The scenarios as they are written, in the order of the report. */
export const scenarioInputs: readonly ScenarioInput[] = [
  {
    name: 'equal-servers',
    title: { en: 'Equal servers', fr: 'Serveurs égaux' },
    about: {
      en: 'Three equal servers at a load of 0.7: what a strategy costs or gains under ordinary conditions.',
      fr: 'Trois serveurs égaux sous une charge de 0,7 : ce que coûte ou rapporte un algorithme quand rien n’est particulier.',
    },
    servers: [{ count: 3 }],
    serviceTime: { kind: 'exponential', meanMs: 20 },
    arrivals: { kind: 'poisson', load: 0.7 },
  },
  {
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
  },
  {
    name: 'capacities',
    title: { en: 'Capacities 1:2:4, equal weights', fr: 'Capacités 1:2:4, poids égaux' },
    about: {
      en: 'Servers of speed 1, 2 and 4, which the controller does not know.',
      fr: 'Des serveurs de vitesse 1, 2 et 4, sans que le contrôleur le sache.',
    },
    servers: [{ speed: 1 }, { speed: 2 }, { speed: 4 }],
    ...capacities,
  },
  {
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
    ...capacities,
  },
  {
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
  },
  {
    name: 'flash-crowd',
    title: { en: 'Flash crowd', fr: 'Afflux soudain' },
    about: {
      en: 'A quiet load of 0.4 rises to 1.6 within a second, stays for three and falls again: for a while more work arrives than the servers can do.',
      fr: 'Une charge calme de 0,4 monte à 1,6 en une seconde, y reste trois secondes et retombe : un moment, il y a plus à faire que les serveurs ne peuvent.',
    },
    servers: [{ count: 3 }],
    serviceTime: { kind: 'exponential', meanMs: 20 },
    arrivals: { kind: 'flash', load: 0.4, peakLoad: 1.6, atMs: 6000, riseMs: 1000, stayMs: 3000, fallMs: 1000 },
  },
  {
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
  },
  {
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
  },
  {
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
  },
  {
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
  },
  pool(3, 40_000),
  pool(30, 10_000),
  pool(300, 3000),
  {
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
  },
];

/** Every scenario that comes with vipflow. */
export const scenarios: readonly Scenario[] = scenarioInputs.map(input => scenarioSchema.parse(input));

export const scenarioNames = scenarios.map(({ name }) => name);
