import type { Command } from '../core/command.ts';
import type { Place } from '../core/place.ts';
import type { Ruling } from './health-state.ts';
import type { ServerCheck } from './server-check.ts';

/** A server went up at a place, moved, or went down. */
export interface HealthChange {
  readonly id: string;
  readonly state: 'up' | 'down';
  readonly place: Place | undefined;
  readonly reason: string;
}

/** A group keeps servers in use although their probes fail (`on`), or does so no longer. */
export interface Panic {
  readonly group: string;
  readonly on: boolean;
  readonly reason: string;
}

/** What the monitor found out, and what it wants sent. */
export class Findings {
  readonly commands: Command[] = [];
  readonly changes: HealthChange[] = [];
  /** How long servers took to answer TCP and HTTP probes. */
  readonly samples: { readonly id: string; readonly ms: number }[] = [];
  /** Sentences an operator should read, such as answers from where the server is not. */
  readonly notices: string[] = [];
  readonly panics: Panic[] = [];

  /** What was ruled about a server and its group. */
  rule(check: ServerCheck, { change, panic }: Ruling): void {
    if (panic !== undefined) this.panics.push({ group: check.group.name, ...panic });
    if (change === undefined) return;
    check.reportedPlace = change.state === 'up' ? check.place : undefined;
    this.changes.push({ id: check.target.id, place: check.reportedPlace, ...change });
  }
}
