import type { BridgeFacts, Facts } from './facts.ts';

/** Whether a bridge has its controller. The controller knows best: Open vSwitch's database is up to five seconds late. */
export function isConnected({ controller: { reach, switches } }: Facts, { dpid, controllers }: BridgeFacts): boolean {
  if (reach === 'vipflow') return switches.some(one => one.dpid === dpid && one.connected);
  return controllers.some(one => one.isConnected);
}
