import type { AlertKind } from '../core/config/alert-channel.ts';

/** One trouble of one subject, or its end. */
export interface Incident {
  readonly alert: AlertKind;
  /** `web/server1`, `web`, a dpid, or `DPID/1` for a table. */
  readonly subject: string;
  /** Of a server or a service. */
  readonly service?: string;
  /** When it began; for the end of a trouble when that ended. Milliseconds since the epoch. */
  readonly since: number;
  readonly reason: string;
  /** How many servers of the service are up. */
  readonly left?: { readonly up: number; readonly of: number };
  /** How often it changed of late, while it flaps. */
  readonly changes?: number;
  /** How long it was a trouble; of an end. */
  readonly lastedMs?: number;
  /** It is no longer in use: the trouble is nobody's, not over. */
  readonly isDropped?: boolean;
  /** What it turned into, when it is not the end of all trouble. */
  readonly became?: AlertKind;
}

/** What people are to be told in one message. */
export interface Notice {
  /** `reminder`: it was told before and lasts. */
  readonly state: 'raised' | 'resolved' | 'reminder';
  /** The gravest first. */
  readonly incidents: readonly Incident[];
}

/** Names of what has none of its own. */
export interface Names {
  readonly switch: string;
  table(table: string, dpid: string): string;
}

/** The subject as people call it: a switch by its number without the zeros. */
export function called({ alert, subject }: Incident, words: Names): string {
  const [, dpid, table] = /^0*([0-9a-f]+)(?:\/(\d+))?$/.exec(isAboutSwitch(alert, subject) ? subject : '') ?? [];
  if (dpid === undefined) return subject;
  return table === undefined ? `${words.switch} ${dpid}` : words.table(table, dpid);
}

function isAboutSwitch(alert: AlertKind, subject: string): boolean {
  return (
    alert === 'switch-lost' || alert.startsWith('table-') || (alert === 'flapping' && /^[0-9a-f]{16}(\/\d+)?$/.test(subject))
  );
}

/** A text on one line, without what no text should hold: reasons have words of switches and gateways in them. */
export function oneLine(text: string): string {
  return text.replace(/[\p{C}\s]+/gu, ' ').trim();
}
