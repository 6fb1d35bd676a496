import type { EventEntry, RestoredEntry } from '../../../core/events.ts';
import { restoredCounts } from '../../log/restored-counts.ts';
import type { Text } from '../text/en.ts';

/** One line of `/events` as people read it: what it is about, what happened, and why. */
export interface EventText {
  readonly subject: string;
  readonly what: string;
  readonly why: string;
  /** Whether it is good or bad news, asks for attention, or nothing of that. */
  readonly tone: 'good' | 'bad' | 'warn' | 'plain';
}

const GOOD: ReadonlySet<string> = new Set(['up', 'connected', 'resolved', 'ok']);
const BAD: ReadonlySet<string> = new Set(['down', 'panic', 'lost', 'refused', 'raised', 'undelivered', 'nearly-full', 'full']);

export function eventText(line: EventEntry, text: Text): EventText {
  if (line.type === 'warning') return { subject: '', what: '', why: line.message, tone: 'bad' };
  if (line.type === 'restored') return restoredEvent(line, text);
  const { states } = text.events;
  const tone = GOOD.has(line.state) ? 'good' : BAD.has(line.state) ? 'bad' : 'plain';
  const what = states[line.state] ?? line.state;
  switch (line.type) {
    case 'server':
      return { subject: `${line.service}/${line.server}`, what, why: line.reason, tone };
    case 'service':
      return { subject: line.service, what, why: line.reason, tone };
    case 'switch':
      return { subject: `${text.events.switch} ${line.dpid ?? line.address}`, what, why: line.reason, tone };
    case 'table':
      return { subject: `${text.events.table(line.table)} ${line.dpid}`, what, why: `${line.flows} / ${line.limit}`, tone };
    case 'config': {
      const subject = line.state === 'refused' ? text.events.configRefused(line.source) : text.events.config(line.source);
      return { subject, what: line.state === 'refused' ? '' : what, why: line.changes.join('; '), tone };
    }
    case 'alert':
      return { subject: line.subject, what: `${text.alerts[line.alert] ?? line.alert}, ${what}`, why: line.message, tone };
  }
}

function restoredEvent(line: RestoredEntry, { events }: Text): EventText {
  const counts = restoredCounts(line).map(events.restoredCount).join(', ');
  const why = line.examples.length === 0 ? counts : `${counts} (${line.examples.join('; ')})`;
  return { subject: `${events.switch} ${line.dpid}`, what: events.restored, why, tone: 'warn' };
}
