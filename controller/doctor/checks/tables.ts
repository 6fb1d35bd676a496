import { readCookie } from '../../core/cookie.ts';
import { PACKET_TABLES, TABLE } from '../../core/pipeline.ts';
import type { Facts } from '../facts.ts';
import type { Faults } from '../finding.ts';
import type { BridgeFacts } from '../switch-facts.ts';
import { isConnected } from './bridges.ts';

/** A bridge that is connected and lacks a table-miss flow: OpenFlow 1.3 drops what no flow matches (1.3.5, 5.4). */
export function* tableMiss(facts: Facts): Faults {
  for (const bridge of facts.openVswitch.bridges) {
    const { name, flows } = bridge;
    const hasMiss = (table: number) => flows.some(flow => flow.table === table && flow.priority === 0 && flow.match === '');
    const missing = PACKET_TABLES.filter(table => !hasMiss(table));
    if (!bridge.isAlive || !isConnected(facts, bridge) || missing.length === 0) continue;
    const [tables, have] = missing.length === 1 ? ['Table', 'has'] : ['Tables', 'have'];
    yield {
      about: [name],
      what: `${tables} ${missing.join(', ')} of ${name} ${have} no table-miss flow: somebody deleted it, or the switch refused it.`,
      why: 'OpenFlow 1.3 drops packets that match no flow: every ping fails, and the controller gets no packet-in.',
      fix: missFix(bridge, missing).map(command => `${facts.way.toSwitch}${command}`),
    };
  }
}

/** What `controller/network/forwarding.ts` installs, in ovs-ofctl's words. */
const ACTIONS: Readonly<Record<number, string>> = {
  [TABLE.admit]: `goto_table:${TABLE.service}`,
  [TABLE.service]: `goto_table:${TABLE.learn}`,
  [TABLE.learn]: `controller:65535,goto_table:${TABLE.forward}`,
  [TABLE.forward]: 'all',
};

/** Adds the flow with the cookie of our others, or it would count as foreign; where there are none, a new session installs all. */
function missFix({ name, flows, protocols }: BridgeFacts, missing: readonly number[]): string[] {
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

/** The share of its limit from which a table counts as nearly full. */
const FULL_SHARE = 0.9;

/** A flow table that is nearly full. */
export function* tableRoom({ openVswitch: { bridges }, way: { toSwitch } }: Facts): Faults {
  const limited = bridges.flatMap(one => Object.entries(one.flowLimits).map(([table, limit]) => ({ ...one, table, limit })));
  for (const { name, flows, table, limit } of limited) {
    const count = flows.filter(flow => flow.table === Number(table)).length;
    if (count < limit * FULL_SHARE) continue;
    yield {
      about: [name],
      what: `Table ${table} of ${name} holds ${count} of at most ${limit} flows.`,
      why: 'When the table is full, the switch refuses the flows of new connections.',
      fix: [
        `${toSwitch}ovs-vsctl set flow_table $(${toSwitch}ovs-vsctl get bridge ${name} flow_tables:${table}) flow_limit=${Math.max(limit * 4, 10_000)}`,
      ],
    };
  }
}

const MOST_COMMANDS = 5;

/** Flows in our tables that we did not install: they can take packets that ours should match. */
export function* foreignFlows({ openVswitch: { bridges }, way: { toSwitch } }: Facts): Faults {
  for (const { name, flows } of bridges) {
    const foreign = flows.filter(({ table, cookie }) => PACKET_TABLES.includes(table) && readCookie(cookie) === undefined);
    const [first] = foreign;
    if (first === undefined) continue;
    const [many, them] = foreign.length === 1 ? ['a flow', 'it'] : [`${foreign.length} flows`, 'them'];
    const such = `such as ${first.match === '' ? 'every packet' : first.match} in table ${first.table}`;
    const cookies = [...new Set(foreign.map(({ cookie }) => cookie))].slice(0, MOST_COMMANDS);
    yield {
      about: [name],
      what: `${name} has ${many} in the tables of vipflow that vipflow did not install, ${such}.`,
      why: `Another controller or an old script left ${them} there; balanced traffic may be dropped or sent elsewhere.`,
      fix: cookies.map(cookie => `${toSwitch}ovs-ofctl -O OpenFlow13 del-flows ${name} cookie=0x${cookie.toString(16)}/-1`),
    };
  }
}
