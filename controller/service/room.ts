import type { Dpid } from '../core/dpid.ts';

/** Time after which a switch that had no room for a flow is tried again. */
export const ROOM_RETRY_MS = 60_000;

interface Limit {
  /** Connections it carried when it refused one more. */
  readonly connections: number;
  readonly since: number;
}

/**
 * How many connections a switch has room for, as its refusals tell. To try costs: the first packet leaves with the flows, so a
 * server may answer before the refusal is here, and the client sees the server's address. Hence not more than one try a minute.
 */
export class Room {
  readonly #limits = new Map<Dpid, Limit>();

  /** A switch refused a flow while it carried so many connections. Gives whether that is news. */
  refused(dpid: Dpid, connections: number, now: number): boolean {
    const before = this.#limits.get(dpid);
    const isNews = before === undefined || now - before.since >= ROOM_RETRY_MS;
    this.#limits.set(dpid, { connections, since: isNews ? now : before.since });
    return isNews;
  }

  /** Whether a switch that carries so many connections may be asked to carry another one. */
  has(dpid: Dpid, connections: number, now: number): boolean {
    const limit = this.#limits.get(dpid);
    return limit === undefined || now - limit.since >= ROOM_RETRY_MS || connections < limit.connections;
  }

  /** The switch begins a new session: it may be another one, or emptied. */
  forget(dpid: Dpid): void {
    this.#limits.delete(dpid);
  }
}
