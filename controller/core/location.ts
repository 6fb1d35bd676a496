import type { Dpid } from './dpid.ts';

/** Where a host is: the port of the switch that is nearest to it, and its MAC address there. */
export interface Location {
  readonly dpid: Dpid;
  readonly port: number;
  readonly mac: string;
}

export function isSameLocation(a: Location, b: Location): boolean {
  return a.dpid === b.dpid && a.port === b.port && a.mac === b.mac;
}
