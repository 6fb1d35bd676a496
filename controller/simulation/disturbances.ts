import type { Scheduler } from '../../topologies/embedded/clock.ts';
import { ROOM_RETRY_MS } from '../connections/exact/flow-budget.ts';
import { BOUNDS, type FaultKind } from './settings.ts';

/** A fault with the time it may be felt. */
export interface Disturbance {
  readonly kind: FaultKind;
  /** A host's name; `control` where only the controller and its channels suffer; `*` where every connection may. */
  readonly subject: string;
  readonly from: number;
  /** Infinity while it lasts. */
  until: number;
}

/** How long the end of a fault is felt: until what it broke is found again. */
const SETTLE_MS: Partial<Record<FaultKind, number>> = {
  'server-crash': BOUNDS.lateProbeMs,
  'server-hang': BOUNDS.lateProbeMs,
  'controller-crash': BOUNDS.controllerSettleMs,
  'switch-reconnect': BOUNDS.switchSettleMs,
  'switch-restart': BOUNDS.controllerSettleMs,
  'slow-switch': BOUNDS.switchSettleMs,
  'link-down': BOUNDS.resolveMs,
  'packet-loss': BOUNDS.resolveMs,
  reload: BOUNDS.recoverMs,
  'table-full': ROOM_RETRY_MS + BOUNDS.switchSettleMs,
};

/** Which faults there were, and what they explain. */
export class Disturbances {
  readonly #clock: Scheduler;
  readonly #list: Disturbance[] = [];

  constructor(clock: Scheduler) {
    this.#clock = clock;
  }

  begin(kind: FaultKind, subject: string): Disturbance {
    const disturbance = { kind, subject, from: this.#clock.now(), until: Number.POSITIVE_INFINITY };
    this.#list.push(disturbance);
    return disturbance;
  }

  end(disturbance: Disturbance): void {
    disturbance.until = this.#clock.now() + (SETTLE_MS[disturbance.kind] ?? 0);
  }

  /** Whether one of these subjects, or everything, was disturbed in a time. */
  explain(from: number, until: number, ...subjects: readonly (string | undefined)[]): boolean {
    return this.#list.some(
      one => one.from <= until && one.until >= from && (one.subject === '*' || subjects.includes(one.subject)),
    );
  }

  /** Whether a fault of one of these kinds was there. */
  had(from: number, until: number, ...kinds: readonly FaultKind[]): boolean {
    return this.#list.some(one => one.from <= until && one.until >= from && kinds.includes(one.kind));
  }
}
