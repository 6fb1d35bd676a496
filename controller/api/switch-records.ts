import { type MessageInput, OFPG, OFPP, type ReplyTo, type Request } from '../../openflow/index.ts';
import type { Dpid } from '../core/dpid.ts';
import type { SwitchEntry } from '../core/events.ts';
import type { SwitchView } from './shapes.ts';

/** Switches that are kept, disconnected ones included. */
export const MAX_SWITCHES = 1000;
/** Time that a switch has to count its flows; the rest of a response does not wait longer. */
const COUNT_WITHIN_MS = 1000;
/** Age up to which a flow count is reused. */
const COUNT_FRESH_MS = 5000;

/** The state of a switch, from the lines of the log. */
export type SwitchRecord = Pick<SwitchView, 'address' | 'description' | 'connected' | 'since'> & { readonly dpid: Dpid };

const COUNT_FLOWS = {
  type: 'multipartRequest',
  kind: 'aggregate',
  body: { outPort: OFPP.ANY, outGroup: OFPG.ANY },
} as const satisfies MessageInput;

/** Sends a request to a switch; rejects when it is not connected or does not answer. */
export type Ask = <R extends Request>(dpid: Dpid, request: R, timeoutMs?: number) => Promise<ReplyTo<R>>;

/** All switches of this run, and the flow count of each. */
export class SwitchRecords {
  readonly #records = new Map<Dpid, SwitchRecord>();
  readonly #counts = new Map<Dpid, { readonly at: number; readonly flows: Promise<number | null> }>();
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** In the order of their first connection. */
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

  /** Flows in all tables of a switch; null when it is not connected or does not answer. */
  flows(dpid: Dpid, now: number): Promise<number | null> {
    if (this.#records.get(dpid)?.connected !== true) return Promise.resolve(null);
    const known = this.#counts.get(dpid);
    if (known !== undefined && now - known.at < COUNT_FRESH_MS) return known.flows;
    const flows = this.#ask(dpid, COUNT_FLOWS, COUNT_WITHIN_MS).then(
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
