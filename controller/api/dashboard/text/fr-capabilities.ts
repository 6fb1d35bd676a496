import type { Capability } from '../model/snapshot.ts';

/** What a switch can do, and the use of it, in French. */
export const capabilities = {
  tcpFlags: { name: 'drapeaux TCP', use: 'les temps de réponse sont mesurés, et les connexions fermées ne comptent plus' },
  finTimeout: { name: 'fin_timeout', use: "les flux d'une connexion sont supprimés peu après sa fermeture" },
  registers: { name: 'registres', use: 'le commutateur répond à ARP pour les adresses virtuelles sans le contrôleur' },
  learn: { name: 'learn', use: 'des flux peuvent installer des flux' },
  bundles: { name: 'bundles', use: 'plusieurs changements prennent effet au même instant' },
  selectGroups: { name: 'groupes select', use: 'le commutateur peut répartir seul les connexions' },
  meters: { name: 'limiteurs', use: 'le commutateur peut limiter les débits' },
  keepsOrder: { name: 'ordre', use: "les messages prennent effet dans l'ordre d'envoi, sans barrières" },
} satisfies Record<Capability, { name: string; use: string }>;
