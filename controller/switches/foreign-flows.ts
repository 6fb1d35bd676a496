import { type Command, log } from '../core/command.ts';
import type { Dpid } from '../core/dpid.ts';
import type { Sequence } from '../core/events.ts';
import type { Flow } from '../core/flow.ts';
import { overlaps } from '../core/match.ts';
import { PRIORITY } from '../core/pipeline.ts';
import type { InstalledFlow } from '../core/switch.ts';
import { flowKey } from './contents.ts';

/** Foreign flows of a switch that are reported; of more it is said how many. */
const MAX_REPORTED = 10;

type Compared = Pick<Flow, 'table' | 'priority' | 'match'>;

/** Flows of somebody else that take packets before ours: people hear of each once, and nobody fights them. */
export class ForeignFlows {
  readonly #sequence: Sequence;
  readonly #reported = new Map<Dpid, ReadonlySet<string>>();

  constructor(sequence: Sequence) {
    this.#sequence = sequence;
  }

  /** `found`: all flows of a switch that are not ours; `ours`: what it should hold. */
  report(dpid: Dpid, found: readonly InstalledFlow[], ours: readonly Compared[], now: number): Command[] {
    const above = new Map(
      found
        .filter(flow => ours.some(mine => isAbove(flow, mine)))
        .map(flow => [flowKey(flow.tableId, flow.priority, flow.match), flow]),
    );
    const before = this.#reported.get(dpid);
    const news = [...above].filter(([key]) => !before?.has(key)).map(([, flow]) => flow);
    if (above.size === 0) this.#reported.delete(dpid);
    else this.#reported.set(dpid, new Set(above.keys()));
    const lines = news.slice(0, MAX_REPORTED).map(({ tableId, priority, cookie, match }) => {
      const flow = `table ${tableId}, priority ${priority}, cookie 0x${cookie.toString(16)}, match ${JSON.stringify(match)}`;
      return `switch ${dpid} has a flow that is not vipflow's and takes packets before vipflow's flows: ${flow}`;
    });
    const more = news.length - lines.length;
    if (more > 0) lines.push(`switch ${dpid} has ${more} more such flows`);
    return lines.map(message => log({ ...this.#sequence.next('warning', now), message }));
  }

  forget(dpid: Dpid): void {
    this.#reported.delete(dpid);
  }
}

/** What takes packets only from a table's miss entry takes them from nobody. */
function isAbove({ tableId, priority, match }: InstalledFlow, mine: Compared): boolean {
  if (mine.priority === PRIORITY.miss) return false;
  return tableId === mine.table && priority >= mine.priority && overlaps(match, mine.match);
}
