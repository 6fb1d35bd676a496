import type { Command } from './command.ts';
import type { Dpid } from './dpid.ts';
import { addFlow, deleteFlow, type Flow } from './flow.ts';

/** What turns the flows that a switch has into those that it should have; nothing where they are the same. */
export function flowDifference(dpid: Dpid, before: readonly Flow[], after: readonly Flow[]): Command[] {
  const had = new Map(before.map(flow => [keyOf(flow), flow]));
  const wanted = new Map(after.map(flow => [keyOf(flow), flow]));
  const gone = [...had].filter(([key]) => !wanted.has(key)).map(([, flow]) => deleteFlow(dpid, flow));
  const added = [...wanted].filter(([key, flow]) => !isSame(had.get(key), flow)).map(([, flow]) => addFlow(dpid, flow));
  return [...gone, ...added];
}

function keyOf({ table, priority, match }: Flow): string {
  return `${table} ${priority} ${JSON.stringify(match)}`;
}

function isSame(before: Flow | undefined, { actions, next, cookie }: Flow): boolean {
  if (before === undefined) return false;
  return before.cookie === cookie && before.next === next && JSON.stringify(before.actions) === JSON.stringify(actions);
}
