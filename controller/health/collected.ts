import type { Command } from '../core/command.ts';
import type { Findings, HealthChange, Panic } from './findings.ts';
import type { Ruling } from './health-state.ts';
import type { Watch } from './server-check.ts';

/** Findings while they are being made. */
export class Collected implements Findings {
  readonly commands: Command[] = [];
  readonly changes: HealthChange[] = [];
  readonly samples: { id: string; ms: number }[] = [];
  readonly notices: string[] = [];
  readonly panics: Panic[] = [];

  /** What was ruled about a server and its group. */
  rule(watch: Watch, { change, panic }: Ruling): void {
    const { id } = watch.target;
    if (panic !== undefined) this.panics.push({ group: watch.group.name, ...panic });
    if (change === undefined) return;
    const { state, reason } = change;
    watch.told = state === 'up' ? watch.pin.location : undefined;
    this.changes.push({ id, state, location: watch.told, reason });
  }
}
