import type { Incident } from '../alerts/incident.ts';
import type { App } from '../app.ts';
import type { LiveConfig } from '../live-config.ts';
import type { ConfigStore } from './config-store.ts';
import type { LogStream } from './log/stream.ts';
import type { Statistics } from './statistics.ts';
import type { Ask, SwitchRecords } from './switch-records.ts';

/** The parts of a running controller that the API reads and changes. */
export interface ApiContext {
  readonly version: string;
  /** Milliseconds since the epoch; identifies the run. */
  readonly startedAt: number;
  readonly now: () => number;
  readonly app: App;
  readonly liveConfig: LiveConfig;
  readonly store: ConfigStore;
  readonly log: LogStream;
  readonly statistics: Statistics;
  readonly switches: SwitchRecords;
  /** The active alerts. */
  readonly alerts: () => readonly Incident[];
  readonly ask: Ask;
}
