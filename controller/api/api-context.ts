import type { ReplyTo, Request } from '../../openflow/index.ts';
import type { Incident } from '../alerts/incident.ts';
import type { App } from '../app.ts';
import type { Dpid } from '../core/dpid.ts';
import type { LiveConfig } from '../live-config.ts';
import type { ConfigStore } from './config-store.ts';
import type { LogStream } from './log/stream.ts';
import type { Statistics } from './statistics.ts';
import type { SwitchRecords } from './switch-records.ts';

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
  /** Sends a request to a switch; rejects when it is not connected or does not answer. */
  readonly ask: <R extends Request>(dpid: Dpid, request: R, timeoutMs?: number) => Promise<ReplyTo<R>>;
}
