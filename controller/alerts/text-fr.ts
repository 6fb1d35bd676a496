import type { Language } from './text-en.ts';

export const french: Language = {
  names: { switch: 'le commutateur', table: (table, dpid) => `la table ${table} du commutateur ${dpid}` },
  raised: {
    'service-down': "n'a plus aucun serveur",
    'switch-lost': 'est perdu',
    panic: 'garde des serveurs dont les sondes échouent',
    'table-full': 'est pleine',
    'server-down': 'est en panne',
    flapping: 'est instable',
    'table-nearly-full': 'est presque pleine',
  },
  resolved: {
    'service-down': 'a de nouveau des serveurs',
    'switch-lost': 'est de retour',
    panic: 'fonctionne de nouveau normalement',
    'table-full': 'a de nouveau de la place',
    'server-down': 'est de retour',
    flapping: 'est de nouveau stable',
    'table-nearly-full': 'a de nouveau de la place',
  },
  several: {
    'service-down': ["services n'ont plus aucun serveur", 'services ont de nouveau des serveurs'],
    'switch-lost': ['commutateurs sont perdus', 'commutateurs sont de retour'],
    'server-down': ['serveurs sont en panne', 'serveurs sont de retour'],
  },
  hints: {
    'service-down':
      'les clients sont refusés ; relancez un serveur, ou remettez en service celui qui est en réserve ou en maintenance',
    'switch-lost': 'son alimentation, son lien avec le contrôleur, et `ovs-vsctl get-controller` ; ses flux continuent sans nous',
    panic: 'les serveurs, ou ce qui les sépare du commutateur : trop de pannes à la fois',
    'table-full': 'les nouvelles connexions y sont refusées ; réduisez idleTimeout, ou agrandissez les tables du commutateur',
    'server-down': 'le processus sur ce serveur, sa machine et son câble',
    flapping:
      "sa charge, son câble, et les réglages timeout et fall de sa sonde ; plus aucun message tant qu'il n'est pas stable",
    'table-nearly-full': "ce qui crée tant de flux ; réduisez idleTimeout avant qu'elle ne soit pleine",
  },
  colon: ' :',
  more: count => `et ${count} de plus`,
  since: 'Depuis',
  ended: 'Le',
  why: 'Cause',
  left: (up, of, service) =>
    up === 0
      ? `il ne reste aucun des ${of} serveurs de ${service}`
      : `il reste ${up} serveur${up === 1 ? '' : 's'} sur ${of} pour ${service}`,
  changes: count => `${count} changements en peu de temps`,
  lasted: duration => `après ${duration}`,
  look: 'À vérifier',
  reminder: 'toujours',
  missed: count =>
    count === 1 ? "1 message précédent n'a pas pu être remis." : `${count} messages précédents n'ont pas pu être remis.`,
  test: {
    subject: 'un test des alertes',
    body: channel => `Ceci est un test : les alertes du canal ${channel} arrivent ici.`,
  },
};
