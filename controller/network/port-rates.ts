import type { PortStats } from '../../openflow/index.ts';
import { type Command, send } from '../core/command.ts';
import type { Dpid } from '../core/dpid.ts';
import { entryOf } from '../core/entry-of.ts';

/** Bytes a second through a port, from the switch's side. */
export interface Rates {
  readonly rx: number;
  readonly tx: number;
}

interface Reading {
  readonly rxBytes: bigint;
  readonly txBytes: bigint;
  readonly at: number;
  readonly rates: Rates;
}

/** How often the switches are asked for the counters of their ports. */
export const STATISTICS_EVERY_MS = 2000;
/** Weight of what is new, for readings that come every two seconds: the rate of the last some seconds counts. */
const NEW_WEIGHT = 0.5;
/** Ports of a switch that are kept. */
const MAX_PORTS = 4096;
const NONE: Rates = { rx: 0, tx: 0 };

/** What passes through the ports of the switches, from their counters. */
export class PortRates {
  readonly #switches = new Map<Dpid, Map<number, Reading>>();
  #askedAt = 0;

  /** Asks for the counters, when it is time. */
  onTick(dpids: Iterable<Dpid>, now: number): Command[] {
    if (now - this.#askedAt < STATISTICS_EVERY_MS) return [];
    this.#askedAt = now;
    return [...dpids].map(dpid => send(dpid, { type: 'multipartRequest', kind: 'portStats' }));
  }

  /** The counters of a switch as they are at `now` (OpenFlow 1.3.5, 7.3.5.6). */
  take(dpid: Dpid, stats: readonly PortStats[], now: number): void {
    const ports = entryOf(this.#switches, dpid, () => new Map<number, Reading>());
    for (const { portNo, rxBytes, txBytes } of stats) {
      const before = ports.get(portNo);
      if (before === undefined && ports.size >= MAX_PORTS) continue;
      ports.set(portNo, { rxBytes, txBytes, at: now, rates: before ? next(before, rxBytes, txBytes, now) : NONE });
    }
  }

  of(dpid: Dpid, port: number): Rates {
    return this.#switches.get(dpid)?.get(port)?.rates ?? NONE;
  }

  forget(dpid: Dpid): void {
    this.#switches.delete(dpid);
  }
}

function next(before: Reading, rxBytes: bigint, txBytes: bigint, now: number): Rates {
  const seconds = (now - before.at) / 1000;
  // Counters that fell belong to a port that is new under its number.
  if (seconds <= 0 || rxBytes < before.rxBytes || txBytes < before.txBytes) return before.rates;
  const smooth = (old: number, from: bigint, to: bigint) => {
    const rate = Number(to - from) / seconds;
    return old + (rate - old) * NEW_WEIGHT;
  };
  return {
    rx: smooth(before.rates.rx, before.rxBytes, rxBytes),
    tx: smooth(before.rates.tx, before.txBytes, txBytes),
  };
}
