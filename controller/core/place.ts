import type { Dpid } from './dpid.ts';

/** Where a host is: the port of the switch that is nearest to it, and its MAC address there. */
export interface Place {
  readonly dpid: Dpid;
  readonly port: number;
  readonly mac: string;
}

export function isSamePlace(a: Place, b: Place): boolean {
  return a.dpid === b.dpid && a.port === b.port && a.mac === b.mac;
}

/** For people. */
export function placeText({ dpid, port, mac }: Place): string {
  return `port ${port} of switch ${dpid} as ${mac}`;
}
