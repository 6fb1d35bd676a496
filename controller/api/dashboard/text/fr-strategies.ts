/** Rules of the built-in strategies, in French. */
const RULES: Readonly<Record<string, string>> = {
  'next in turn': 'le suivant à son tour',
  'fewest connections': 'le moins de connexions',
  'fewest connections for its weight': 'le moins de connexions pour son poids',
  'least traffic for its weight': 'le moins de trafic pour son poids',
  'drawn by weight': 'tiré au sort selon le poids',
  'furthest behind its weight': 'le plus en retard sur son poids',
  'lowest response time for its connections': 'le plus rapide pour ses connexions',
  'not measured yet': 'pas encore mesuré',
  'the client keeps its server': 'le client garde son serveur',
  'same client port as a connection just closed': "même port client qu'une connexion à peine fermée",
  'next in the table below its bound': 'le suivant dans la table sous sa limite',
};

const SUMMARIES: Readonly<Record<string, string>> = {
  'round-robin': 'chaque serveur à son tour',
  'sticky-round-robin': 'chaque nouveau client au serveur suivant, où il reste',
  'weighted-round-robin': 'chaque serveur à son tour, aussi souvent que le dit son poids, sans à-coups',
  hash: 'le serveur que la table donne au client : rien à retenir, peu de clients changent quand les serveurs changent',
  'bounded-load-hash': 'comme hash, mais au-delà d’un serveur qui a plus que sa part de connexions',
  'least-connections': 'le serveur qui a le moins de connexions actives',
  'weighted-least-connections': 'le serveur qui a le moins de connexions actives pour son poids',
  'least-response-time': 'le serveur qui répond le plus vite, pour les connexions qu’il a',
  'least-load': 'le serveur qui transporte le moins d’octets par seconde pour son poids',
  random: 'n’importe quel serveur, selon le poids',
  'power-of-two-choices': 'de deux tirés selon le poids, celui qui a le moins de connexions',
};

/** A rule in French; the rule of a user's strategy stays as it is. */
export function ruleText(rule: string): string {
  const slot = /^slot (\d+) of (\d+), by (.+)$/.exec(rule);
  if (slot) return `case ${slot[1]} sur ${slot[2]}, selon ${slot[3] === 'client-ip' ? "l'adresse du client" : slot[3]}`;
  const emptier = /^the emptier of (\S+) and (\S+)$/.exec(rule);
  if (emptier) return `le moins chargé de ${emptier[1]} et ${emptier[2]}`;
  return RULES[rule] ?? rule;
}

/** The summary of a strategy in French. */
export function summaryText(name: string, summary: string): string {
  return SUMMARIES[name] ?? summary;
}
