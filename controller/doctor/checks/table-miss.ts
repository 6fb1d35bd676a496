import { readCookie } from '../../core/cookie.ts';
import { PACKET_TABLES, TABLE } from '../../core/pipeline.ts';
import { isConnected } from '../connected.ts';
import type { BridgeFacts } from '../facts.ts';
import type { Check } from '../finding.ts';

/** A bridge that is connected and lacks a table-miss flow: OpenFlow 1.3 drops what no flow matches (1.3.5, 5.4). */
export const tableMiss: Check = facts => {
  const { bridges } = facts.openVswitch;
  const { toSwitch } = facts.way;
  return bridges
    .filter(bridge => bridge.isAlive && isConnected(facts, bridge))
    .flatMap(bridge => {
      const missing = PACKET_TABLES.filter(table => !hasMiss(bridge, table));
      if (missing.length === 0) return [];
      const names = `${missing.length === 1 ? 'Table' : 'Tables'} ${missing.join(', ')} of ${bridge.name}`;
      return [
        {
          about: [bridge.name],
          what: `${names} ${missing.length === 1 ? 'has' : 'have'} no table-miss flow: somebody deleted it, or the switch refused it.`,
          why: 'OpenFlow 1.3 drops packets that match no flow: every ping fails, and the controller gets no packet-in.',
          fix: fixOf(bridge, missing).map(command => `${toSwitch}${command}`),
        },
      ];
    });
};

function hasMiss({ flows }: BridgeFacts, table: number): boolean {
  return flows.some(flow => flow.table === table && flow.priority === 0 && flow.match === '');
}

/** What `controller/network/forwarding.ts` installs, in ovs-ofctl's words. */
const ACTIONS: Readonly<Record<number, string>> = {
  [TABLE.admit]: `goto_table:${TABLE.service}`,
  [TABLE.service]: `goto_table:${TABLE.learn}`,
  [TABLE.learn]: `controller:65535,goto_table:${TABLE.forward}`,
  [TABLE.forward]: 'all',
};

/** Adds the flow with the cookie of our others, or it would count as foreign; where there are none, a new session installs all. */
function fixOf({ name, flows, protocols }: BridgeFacts, missing: readonly number[]): string[] {
  const ours = flows.find(({ cookie }) => readCookie(cookie)?.owner === 'base');
  if (ours === undefined)
    return [
      protocols.length > 0 ? `ovs-vsctl clear bridge ${name} protocols` : `ovs-vsctl set bridge ${name} protocols=OpenFlow13`,
    ];
  return missing.map(table => {
    const flow = `cookie=0x${ours.cookie.toString(16)},table=${table},priority=0,actions=${ACTIONS[table]}`;
    return `ovs-ofctl -O OpenFlow13 add-flow ${name} ${flow}`;
  });
}
