import { type MessageInput, OFPG, OFPP } from '../../openflow/index.ts';
import type { Dpid } from '../core/dpid.ts';
import type { SwitchEntry } from '../core/events.ts';

/** Switches that are remembered, those that left included. */
export const MAX_SWITCHES = 1000;
/** Time that a switch has to count its flows; whoever asked for more than that is not kept waiting. */
export const COUNT_WITHIN_MS = 1000;
/** How long a count of flows that a switch gave is good enough. */
const COUNT_FRESH_MS = 5000;

/** What the log said of a switch. */
export interface SwitchRecord {
  readonly dpid: Dpid;
  readonly address: string;
  readonly description: string;
  readonly connected: boolean;
  /** ISO 8601; when it connected, or was lost. */
  readonly since: string;
}

const COUNT_FLOWS = {
  type: 'multipartRequest',
  kind: 'aggregate',
  body: { outPort: OFPP.ANY, outGroup: OFPG.ANY },
} as const satisfies MessageInput;

/** Counts the flows of a switch; rejects when it does not answer. */
export type CountFlows = (dpid: Dpid, request: typeof COUNT_FLOWS) => Promise<{ readonly body: { readonly flowCount: number } }>;

/** Every switch that has been here in this run, and how many flows each said it has. */
export class SwitchBook {
  readonly #records = new Map<Dpid, SwitchRecord>();
  readonly #counts = new Map<Dpid, { readonly at: number; readonly flows: Promise<number | null> }>();
  readonly #count: CountFlows;

  constructor(count: CountFlows) {
    this.#count = count;
  }

  /** In the order in which they came first. */
  get list(): readonly SwitchRecord[] {
    return [...this.#records.values()];
  }

  get(dpid: string): SwitchRecord | undefined {
    return this.#records.get(dpid as Dpid);
  }

  onEntry({ dpid, address, state, reason, time: since }: SwitchEntry): void {
    if (dpid === undefined || state === 'refused') return;
    const before = this.#records.get(dpid);
    this.#counts.delete(dpid);
    if (state === 'connected') this.#records.set(dpid, { dpid, address, description: reason, connected: true, since });
    else if (before !== undefined) this.#records.set(dpid, { ...before, connected: false, since });
    if (this.#records.size > MAX_SWITCHES) this.#forget();
  }

  /** Flows in all tables of a switch; null when it is not connected or does not say. */
  flows(dpid: Dpid, now: number): Promise<number | null> {
    if (this.#records.get(dpid)?.connected !== true) return Promise.resolve(null);
    const known = this.#counts.get(dpid);
    if (known !== undefined && now - known.at < COUNT_FRESH_MS) return known.flows;
    const flows = this.#count(dpid, COUNT_FLOWS).then(
      ({ body }) => body.flowCount,
      () => null,
    );
    this.#counts.set(dpid, { at: now, flows });
    return flows;
  }

  #forget(): void {
    const gone = [...this.#records.values()].find(({ connected }) => !connected) ?? this.#records.values().next().value!;
    this.#records.delete(gone.dpid);
  }
}
