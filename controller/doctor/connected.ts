import type { BridgeFacts, Facts } from './facts.ts';

/** Whether a bridge is connected. The controller is asked first: the database of Open vSwitch is up to 5 s late. */
export function isConnected({ controller: { reach, switches } }: Facts, { dpid, controllers }: BridgeFacts): boolean {
  if (reach === 'vipflow') return switches.some(one => one.dpid === dpid && one.connected);
  return controllers.some(one => one.isConnected);
}
