import type { Words } from './words-en.ts';

export const french: Words = {
  language: 'fr',
  colon: ' : ',
  title: 'Comparaison d’algorithmes de répartition de charge',
  lead: (strategies, scenarios, seeds) =>
    `${strategies} algorithmes dans ${scenarios} ${scenarios === 1 ? 'scénario' : 'scénarios'}, chacun exécuté ${seeds} fois, sur un réseau OpenFlow simulé, avec le contrôleur qui pilote aussi un réseau réel.`,
  contents: 'Sommaire',
  overview: 'Les résultats d’un coup d’œil',
  overviewAbout: 'Temps de réponse moyen de chaque algorithme, en multiple du plus rapide dans le même scénario.',
  overviewCaption:
    'En vert : le plus rapide, et tout algorithme qu’aucun test n’en distingue. Un signe plus : des requêtes ont été perdues ; chacune compte pour la patience du client.',
  method: 'Méthode',
  methodAbout: [
    'Le contrôleur entier fonctionne comme en production : il reçoit d’un commutateur OpenFlow 1.3 le premier paquet de chaque connexion, choisit un serveur selon l’algorithme, et écrit dans le commutateur les flux de la connexion. Commutateur, liens, machines avec leur TCP et serveurs web sont simulés dans le même processus sous une horloge virtuelle : le temps ne coûte rien et la même graine donne la même exécution.',
    'Chaque serveur web a une file d’attente, premier arrivé, premier servi, et des ouvriers qui traitent chacun une requête à la fois. Les clients forment un système ouvert : ils arrivent, que les serveurs suivent ou non. La charge est le travail qui arrive, divisé par ce que tous les serveurs du début peuvent faire.',
    'Chaque algorithme rencontre les mêmes clients aux mêmes instants (nombres aléatoires communs). Le début de chaque exécution n’est pas mesuré. Un chiffre est la moyenne sur les graines, et ± est la moitié de son intervalle de confiance à 95 % selon Student.',
    'Un algorithme est dit moins bon que le meilleur quand les différences par paires, graine par graine, tiennent à 5 % dans un test t, pour tous les algorithmes du scénario ensemble (Holm). Les temps sont comparés par leurs logarithmes. Ce qui n’est pas dit moins bon peut l’être quand même : peu de graines ne montrent que de grandes différences.',
  ],
  measuresTitle: 'Ce qui est mesuré',
  measures: {
    meanMs: {
      short: 'moyenne, ms',
      about:
        'temps de réponse, du premier SYN du client (sur une connexion établie : de la requête) au dernier octet ; une requête perdue compte pour la patience du client',
    },
    p50Ms: { short: 'p50, ms', about: 'la moitié des requêtes n’a pas pris plus' },
    p95Ms: { short: 'p95, ms', about: '95 requêtes sur 100 n’ont pas pris plus' },
    p99Ms: { short: 'p99, ms', about: '99 requêtes sur 100 n’ont pas pris plus' },
    perSecond: { short: 'réponses/s', about: 'débit' },
    imbalance: {
      short: 'déséquilibre',
      about: 'coefficient de variation, sur les serveurs, des requêtes servies, divisées par la capacité de chacun : 0 est égal',
    },
    unevenness: {
      short: 'inégalité des vivantes',
      about: 'la même chose pour les connexions vivantes, en moyenne dans le temps',
    },
    lost: { short: 'perdues', about: 'requêtes sans réponse dans la patience du client, ou en erreur' },
    late: { short: 'tardives', about: 'réponses qui ont pris plus d’une seconde' },
    moved: {
      short: 'déplacés',
      about: 'après un changement du groupe : la part des clients qui ont changé de serveur alors que le leur était là',
    },
  },
  scenario: 'scénario',
  strategy: 'algorithme',
  poolSize: servers => `${servers} serveurs`,
  scenarioFacts: ({ clients, seconds, warmUpSeconds, perSecond, requests, service }) =>
    `${clients} adresses clientes ; ${perSecond} connexions par seconde${requests} ; durée de service ${service} ; ${seconds} s, dont les ${warmUpSeconds} premières ne sont pas mesurées.`,
  requests: mean => ` (${mean} requêtes chacune en moyenne)`,
  servers: groups => `Serveurs : ${groups}.`,
  group: ({ count, speed, weight, workers }) => `${count} × (vitesse ${speed}, poids ${weight}, ouvriers ${workers})`,
  spanTitle: 'Temps de réponse',
  spanCaption:
    'Axe logarithmique. Trait fin : de la médiane au 99e centile, avec une marque aux 50e, 95e et 99e. Point : la moyenne, avec son intervalle ; vert quand aucun test ne le distingue du meilleur.',
  tableCaption:
    'Moyennes sur les graines, ± la moitié de l’intervalle à 95 %. En vert : le meilleur selon cette mesure, et ce qu’aucun test n’en distingue.',
  troubleTitle: 'Requêtes perdues (rouge) et tardives (orange)',
  troubleCaption: 'Nombre moyen par exécution.',
  troubleText: (lost, late) => `${lost} perdues, ${late} tardives`,
  timeTitle: 'Temps de réponse au fil de l’exécution',
  timeCaption: hasMarks =>
    `Moyenne des requêtes commencées dans chaque partie de l’exécution, toutes graines confondues ; axe logarithmique en ms.${hasMarks ? ' En pointillé : il arrive quelque chose à un serveur.' : ''}`,
  livingTitle: 'Connexions vivantes de chaque serveur',
  livingCaption: 'Graine 1 : connexions ouvertes sur chaque serveur au fil de l’exécution, une ligne par serveur.',
  growth: 'Croissance avec le nombre de serveurs',
  growthAbout: 'La même charge sur chaque serveur, dans des groupes de tailles différentes.',
  growthTimes: 'p95 du temps de réponse, ms',
  growthCost: 'coût d’une décision, µs',
  cost: 'Coût d’une décision',
  costAbout:
    'Microsecondes de processeur dans l’algorithme pour chaque connexion, mises à jour comprises ; la plus rapide des graines, en moyenne sur les scénarios. Ce chiffre dépend de la machine et n’est pas deux fois le même ; tout le reste de ce rapport l’est.',
  mininet: 'Sur un vrai Open vSwitch',
  mininetAbout:
    'Les mêmes scénarios avec le même contrôleur sur Mininet : un vrai Open vSwitch, le TCP de Linux, des serveurs web qui sont des processus et qui prennent le temps tiré au sort. Les temps de réponse y comprennent l’ouverture de connexions sur un système occupé : comparez l’ordre des algorithmes et les parts plutôt que les millisecondes.',
  embedded: 'simulé',
  real: 'Mininet',
  limits: 'Ce que cela ne montre pas',
  limitsAbout: [
    'Le commutateur simulé ne prend pas de temps, et les liens n’ont ni pertes ni débit limité : on compare le choix des serveurs, pas le réseau.',
    'Une requête perdue compte aussi longtemps que son client aurait attendu, ce qui est un choix : avec plus de patience elle compterait plus. Quand beaucoup sont perdues, regardez d’abord leur nombre.',
    'Le temps de réponse que voit le commutateur va du SYN au SYN-ACK, auquel répond le système du serveur, pas son programme. Les algorithmes qui s’en servent connaissent le programme par les sondes, quand elles sont en HTTP.',
  ],
  repeat: 'Pour recommencer',
  repeatAbout: version =>
    `vipflow ${version} ; la même version, la même commande et les mêmes graines donnent les mêmes chiffres :`,
  seeds: 'Graines',
  sources: 'Sources',
};
