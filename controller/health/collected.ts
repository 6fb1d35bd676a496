import type { Command } from '../core/command.ts';
import type { Findings, HealthChange, Panic } from './findings.ts';
import type { Ruling } from './health-state.ts';
import type { ServerCheck } from './server-check.ts';

/** Findings while they are being made. */
export class Collected implements Findings {
  readonly commands: Command[] = [];
  readonly changes: HealthChange[] = [];
  readonly samples: { id: string; ms: number }[] = [];
  readonly notices: string[] = [];
  readonly panics: Panic[] = [];

  /** What was ruled about a server and its group. */
  rule(check: ServerCheck, { change, panic }: Ruling): void {
    const { id } = check.target;
    if (panic !== undefined) this.panics.push({ group: check.group.name, ...panic });
    if (change === undefined) return;
    const { state, reason } = change;
    check.reportedPlace = state === 'up' ? check.place : undefined;
    this.changes.push({ id, state, place: check.reportedPlace, reason });
  }
}
