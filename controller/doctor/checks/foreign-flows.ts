import { readCookie } from '../../core/cookie.ts';
import { PACKET_TABLES } from '../../core/pipeline.ts';
import type { Check } from '../finding.ts';

/** Flows in our tables that we did not install: they can take packets that ours should match. */
export const foreignFlows: Check = ({ openVswitch: { bridges }, way: { toSwitch } }) =>
  bridges.flatMap(({ name, flows }) => {
    const foreign = flows.filter(({ table, cookie }) => PACKET_TABLES.includes(table) && readCookie(cookie) === undefined);
    if (foreign.length === 0) return [];
    const cookies = [...new Set(foreign.map(({ cookie }) => cookie))].slice(0, MOST_COMMANDS);
    const [{ match, table }] = foreign as [(typeof foreign)[number]];
    const such = `such as ${match === '' ? 'every packet' : match} in table ${table}`;
    return [
      {
        about: [name],
        what: `${name} has ${foreign.length === 1 ? 'a flow' : `${foreign.length} flows`} in the tables of vipflow that vipflow did not install, ${such}.`,
        why: `Another controller or an old script left ${foreign.length === 1 ? 'it' : 'them'} there; balanced traffic may be dropped or sent elsewhere.`,
        fix: cookies.map(cookie => `${toSwitch}ovs-ofctl -O OpenFlow13 del-flows ${name} cookie=0x${cookie.toString(16)}/-1`),
      },
    ];
  });

const MOST_COMMANDS = 5;
