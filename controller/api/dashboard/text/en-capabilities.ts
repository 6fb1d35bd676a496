import type { Capability } from '../model/snapshot.ts';

/** What a switch can do, and the use of it, in English. */
export const capabilities = {
  tcpFlags: { name: 'TCP flags', use: 'response times are measured, and closed connections are no longer counted' },
  finTimeout: { name: 'fin_timeout', use: 'the flows of a connection are deleted soon after it closes' },
  registers: { name: 'registers', use: 'the switch answers ARP for virtual addresses without the controller' },
  learn: { name: 'learn', use: 'flows can install flows' },
  bundles: { name: 'bundles', use: 'several changes take effect at the same moment' },
  selectGroups: { name: 'select groups', use: 'the switch can distribute connections by itself' },
  meters: { name: 'meters', use: 'the switch can limit rates' },
  keepsOrder: { name: 'order', use: 'messages take effect in the order in which they are sent, without barriers' },
} satisfies Record<Capability, { name: string; use: string }>;
