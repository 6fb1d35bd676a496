import type { AlertKind } from '../core/config/alert-channel.ts';
import type { Language } from './text-en.ts';

/** One problem of one subject, or its end. */
export interface Incident {
  readonly alert: AlertKind;
  /** `web/server1`, `web`, a dpid, or `DPID/1` for a table. */
  readonly subject: string;
  /** Of a server or a service. */
  readonly service?: string;
  /** Its beginning; for the end of a problem, the time of the end. Milliseconds since the epoch. */
  readonly since: number;
  readonly reason: string;
  /** How many servers of the service are up. */
  readonly left?: { readonly up: number; readonly of: number };
  /** Number of recent changes, while it is flapping. */
  readonly changes?: number;
  /** How long the problem lasted; only for an end. */
  readonly lastedMs?: number;
  /** The subject is no longer in use; the problem itself was not solved. */
  readonly isDropped?: boolean;
  /** The problem that it became, when it is not over. */
  readonly became?: AlertKind;
}

/** The content of one message. */
export interface Notice {
  /** `reminder`: it was reported before and is still active. */
  readonly state: 'raised' | 'resolved' | 'reminder';
  /** The most severe first. */
  readonly incidents: readonly Incident[];
}

/** The subject as it is shown: a switch by its number without leading zeros. */
export function called({ alert, subject }: Incident, words: Language['names']): string {
  const [, dpid, table] = /^0*([0-9a-f]+)(?:\/(\d+))?$/.exec(isAboutSwitch(alert, subject) ? subject : '') ?? [];
  if (dpid === undefined) return subject;
  return table === undefined ? `${words.switch} ${dpid}` : words.table(table, dpid);
}

function isAboutSwitch(alert: AlertKind, subject: string): boolean {
  return (
    alert === 'switch-lost' || alert.startsWith('table-') || (alert === 'flapping' && /^[0-9a-f]{16}(\/\d+)?$/.test(subject))
  );
}

/** A text on one line without control characters: reasons contain texts of switches and gateways. */
export function oneLine(text: string): string {
  return text.replace(/[\p{C}\s]+/gu, ' ').trim();
}
