import type { Command } from '../core/command.ts';
import type { Place } from '../core/place.ts';

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
export interface Findings {
  readonly commands: readonly Command[];
  readonly changes: readonly HealthChange[];
  /** How long servers took to answer TCP and HTTP probes. */
  readonly samples: readonly { readonly id: string; readonly ms: number }[];
  /** Sentences an operator should read, such as answers from where the server is not. */
  readonly notices: readonly string[];
  readonly panics: readonly Panic[];
}
