import type { Dpid } from '../../core/dpid.ts';

/** Time after which a switch that had no room for a flow is tried again. */
export const ROOM_RETRY_MS = 60_000;
/** A table is nearly full above this share of its limit, and well again below the other. */
const NEARLY_FULL = 0.9;
const WELL = 0.8;
/** Of a connection. */
const FLOWS = 2;

interface Refusal {
  /** Connections it carried when it refused one more. */
  readonly connections: number;
  readonly since: number;
}

/** How full the flows of connections make a switch. */
export type Fullness = 'ok' | 'nearly-full' | 'full';

/** A switch got fuller or emptier than it was. */
export interface FullnessChange {
  readonly flows: number;
  readonly limit: number;
  readonly state: Fullness;
}

/**
 * How many connections a switch has room for: as configured, or fewer, as its refusals show. To try costs: the first packet leaves with the
 * flows, so a server may answer before the refusal is here, and the client sees the server's address. Hence not more than one try a minute.
 */
export class FlowBudget {
  /** Flows of connections that one switch is given at most. */
  maxFlows: number;
  readonly #refusals = new Map<Dpid, Refusal>();
  readonly #reported = new Map<Dpid, Fullness>();

  constructor(maxFlows: number) {
    this.maxFlows = maxFlows;
  }

  /** A switch refused a flow while it carried so many connections. Gives whether that is news. */
  refused(dpid: Dpid, connections: number, now: number): boolean {
    const before = this.#refusals.get(dpid);
    const isNews = before === undefined || now - before.since >= ROOM_RETRY_MS;
    this.#refusals.set(dpid, { connections, since: isNews ? now : before.since });
    return isNews;
  }

  /** Whether a switch that carries so many connections may be asked to carry another one. */
  has(dpid: Dpid, connections: number, now: number): boolean {
    if ((connections + 1) * FLOWS > this.maxFlows) return false;
    const refusal = this.#refusals.get(dpid);
    return refusal === undefined || now - refusal.since >= ROOM_RETRY_MS || connections < refusal.connections;
  }

  /** How full a switch with so many connections is, when that is another state than was reported last. */
  judge(dpid: Dpid, connections: number): FullnessChange | undefined {
    const flows = connections * FLOWS;
    // What it has taken since is more than it refused.
    if (connections > (this.#refusals.get(dpid)?.connections ?? Number.POSITIVE_INFINITY)) this.#refusals.delete(dpid);
    const limit = Math.min(this.maxFlows, (this.#refusals.get(dpid)?.connections ?? Number.POSITIVE_INFINITY) * FLOWS);
    const reported = this.#reported.get(dpid) ?? 'ok';
    const share = flows / Math.max(1, limit);
    const isNearlyFull = share >= NEARLY_FULL || (share > WELL && reported !== 'ok');
    const state = flows + FLOWS > limit ? 'full' : isNearlyFull ? 'nearly-full' : 'ok';
    if (state === reported) return undefined;
    this.#reported.set(dpid, state);
    return { flows, limit, state };
  }

  /** The switch begins a new session: it may be another one, or emptied. */
  forget(dpid: Dpid): void {
    this.#refusals.delete(dpid);
  }
}
