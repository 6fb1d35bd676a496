import { OFPP } from '../../openflow/index.ts';
import type { Flow } from '../core/flow.ts';
import { desiredCookie, PRIORITY, TABLE } from '../core/pipeline.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';

/** Silence after which a host's place is asked for again. */
export const HOST_IDLE_SEC = 300;

/** Frames that bridges keep to themselves: spanning tree, LLDP, flow control (IEEE 802.1Q, 8.6.3). */
const BRIDGE_GROUP = { value: '01:80:c2:00:00:00', mask: 'ff:ff:ff:ff:ff:f0' };

/**
 * What ordinary switching needs before anybody is known; the table-miss entries come first. The one that floods is apart: it opens the way
 * to other switches, where a packet for a VIP would be decided that is not known here yet.
 */
export function switchingFlows(): Flow[] {
  const cookie = desiredCookie('base');
  const miss = { priority: PRIORITY.miss, match: {}, cookie };
  return [
    { ...miss, table: TABLE.learn, actions: [{ type: 'output', port: OFPP.CONTROLLER }], next: TABLE.forward },
    { ...miss, table: TABLE.service, actions: [], next: TABLE.learn },
    { ...miss, table: TABLE.admit, actions: [], next: TABLE.service },
    { table: TABLE.admit, priority: PRIORITY.guard, match: { ethDst: BRIDGE_GROUP }, actions: [], cookie },
    { table: TABLE.learn, priority: PRIORITY.guard, match: { ethSrc: PROBE_MAC }, actions: [], next: TABLE.forward, cookie },
  ];
}

/** What nobody knows goes everywhere. To be installed when the VIPs are. */
export function floodFlow(): Flow {
  const cookie = desiredCookie('base');
  return { table: TABLE.forward, priority: PRIORITY.miss, match: {}, actions: [{ type: 'output', port: OFPP.ALL }], cookie };
}

/** A host at a port: its frames need no report, and frames to it go there. */
export function hostFlows(mac: string, port: number): Flow[] {
  const head = { priority: PRIORITY.forwarding, cookie: desiredCookie('forwarding') };
  return [
    { ...head, table: TABLE.forward, match: { ethDst: mac }, actions: [{ type: 'output', port }] },
    {
      ...head,
      table: TABLE.learn,
      match: { inPort: port, ethSrc: mac },
      actions: [],
      next: TABLE.forward,
      idleTimeoutSec: HOST_IDLE_SEC,
    },
  ];
}
