import type { Check } from '../finding.ts';

/** The share of its limit from which a table counts as nearly full. */
const FULL_SHARE = 0.9;

/** A flow table that is nearly full. */
export const tableRoom: Check = ({ openVswitch: { bridges }, way: { toSwitch } }) =>
  bridges.flatMap(({ name, flows, flowLimits }) =>
    Object.entries(flowLimits).flatMap(([table, limit]) => {
      const count = flows.filter(flow => flow.table === Number(table)).length;
      if (count < limit * FULL_SHARE) return [];
      return [
        {
          about: [name],
          what: `Table ${table} of ${name} holds ${count} of at most ${limit} flows.`,
          why: 'When the table is full, the switch refuses the flows of new connections.',
          fix: [
            `${toSwitch}ovs-vsctl set flow_table $(${toSwitch}ovs-vsctl get bridge ${name} flow_tables:${table}) flow_limit=${Math.max(limit * 4, 10_000)}`,
          ],
        },
      ];
    }),
  );
