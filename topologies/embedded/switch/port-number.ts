/** Ports in Open vSwitch's own actions have 16 bits; those from here on are reserved. */
export const NX_MAX = 0xff00;

/** A port of 16 bits as OpenFlow 1.3 numbers it. */
export function portOf(port: number): number {
  return port >= NX_MAX && port <= 0xffff ? (port | 0xffff0000) >>> 0 : port;
}
