import { TABLE } from '../../core/pipeline.ts';
import type { BridgeFacts } from '../facts.ts';
import type { Check } from '../finding.ts';

const TABLES = Object.values(TABLE);

/** A bridge that is connected and lacks a table-miss flow: OpenFlow 1.3 drops what no flow matches (1.3.5, 5.4). */
export const tableMiss: Check = ({ openVswitch: { bridges }, way: { toSwitch } }) =>
  bridges
    .filter(({ controllers, isAlive }) => isAlive && controllers.some(({ isConnected }) => isConnected))
    .flatMap(bridge => {
      const missing = TABLES.filter(table => !hasMiss(bridge, table));
      if (missing.length === 0) return [];
      const names = `${missing.length === 1 ? 'Table' : 'Tables'} ${missing.join(', ')} of ${bridge.name}`;
      return [
        {
          about: [bridge.name],
          what: `${names} ${missing.length === 1 ? 'has' : 'have'} no table-miss flow: somebody deleted it, or the switch refused it.`,
          why: 'OpenFlow 1.3 drops what no flow matches: every ping fails, and the controller hears of nothing.',
          mend: missing.map(table => `${toSwitch}ovs-ofctl -O OpenFlow13 add-flow ${bridge.name} ${missOf(table)}`),
        },
      ];
    });

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

const missOf = (table: number) => `table=${table},priority=0,actions=${ACTIONS[table]}`;
