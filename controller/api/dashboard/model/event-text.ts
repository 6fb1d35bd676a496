import type { EventEntry } from '../../../core/events.ts';
import type { Text } from '../text/en.ts';

/** One line of `/events` as people read it: what it is about, what happened, and why. */
export interface EventText {
  readonly subject: string;
  readonly what: string;
  readonly why: string;
  /** Whether it is good or bad news, or neither. */
  readonly tone: 'good' | 'bad' | 'plain';
}

const GOOD: ReadonlySet<string> = new Set(['up', 'connected', 'resolved', 'ok']);
const BAD: ReadonlySet<string> = new Set(['down', 'panic', 'lost', 'refused', 'raised', 'undelivered', 'nearly-full', 'full']);

export function eventText(line: EventEntry, text: Text): EventText {
  if (line.type === 'warning') return { subject: '', what: '', why: line.message, tone: 'bad' };
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
