import type { AlertsConfig } from '../core/config/alerts.ts';
import { called, type Incident, type Notice, oneLine } from './incident.ts';
import { english, type Language } from './text-en.ts';
import { french } from './text-fr.ts';

/** Incidents that one message names; of further ones it gives the number. */
export const MAX_NAMED = 20;
/** Characters of a text message (3GPP TS 23.038: 160 of the seven-bit alphabet). */
export const MAX_SMS = 160;

/** Incidents that a subject names. */
const MAX_IN_SUBJECT = 5;

const LANGUAGES: Readonly<Record<AlertsConfig['lang'], Language>> = { en: english, fr: french };

/** An alert as a message. */
export interface AlertMessage {
  /** The same in each attempt, so that a mail program recognizes duplicates. */
  readonly id: string;
  readonly state: Notice['state'] | 'test';
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly subject: string;
  readonly body: string;
  /** At most 160 characters of ASCII. */
  readonly short: string;
  readonly incidents: readonly Incident[];
}

/**
 * Delivers one message. Rejects with `DeliveryError`, and soon after `signal` aborts, leaving no socket and no
 * process behind.
 */
export type Deliver = (message: AlertMessage, signal: AbortSignal) => Promise<void>;

/** The message for a notice in a language. */
export function messageOf({ state, incidents }: Notice, id: string, lang: AlertsConfig['lang'], now: number): AlertMessage {
  const words = LANGUAGES[lang];
  const title = headlineOf(incidents, state, words);
  const subject = state === 'reminder' ? `${words.reminder}${words.colon} ${title}` : title;
  const named = incidents.slice(0, MAX_NAMED).map(incident => paragraph(incident, state, words));
  const rest = incidents.length - named.length;
  const first = incidents[0]!;
  const facts = incidents.length > 1 ? [] : [first.reason, leftOf(first, words)].filter(fact => fact !== undefined);
  return {
    ...{ id, state, time: new Date(now).toISOString(), incidents },
    subject: oneLine(`[vipflow] ${subject}`),
    body: `${[...named, ...(rest > 0 ? [words.more(rest)] : [])].join('\n\n')}\n`,
    short: smsText(`vipflow: ${[subject, ...facts].join('. ')}`),
  };
}

/** What `vipflow alert test` sends. */
export function testMessage(channel: string, id: string, lang: AlertsConfig['lang'], now: number): AlertMessage {
  const { test } = LANGUAGES[lang];
  const subject = `[vipflow] ${test.subject}`;
  const short = smsText(`vipflow: ${test.subject}`);
  return { id, state: 'test', time: new Date(now).toISOString(), subject, body: `${test.body(channel)}\n`, short, incidents: [] };
}

/** The message with a note on the number of dropped ones before it. */
export function withMissed(message: AlertMessage, missed: number, lang: AlertsConfig['lang']): AlertMessage {
  return missed === 0 ? message : { ...message, body: `${message.body}\n${LANGUAGES[lang].missed(missed)}\n` };
}

/** An alert for programs (`docs/alerts.md`); `v` is the version of the shape. */
export function jsonOf({ id, state, time, subject, body, incidents }: AlertMessage): object {
  return {
    ...{ v: 1, id, state, time, subject, text: body },
    alerts: incidents.map(({ since, ...incident }) => ({ ...incident, since: new Date(since).toISOString() })),
  };
}

/** One sentence for the log, in English. */
export function logText(incident: Incident, state: Notice['state']): string {
  const { changes, reason, isDropped } = incident;
  if (isDropped) return `${called(incident, english.names)} is no longer in use`;
  const facts = [changes && english.changes(changes), reason, leftOf(incident, english)].filter(Boolean);
  return `${headline(incident, state, english)}: ${facts.join('; ')}`;
}

/** How many servers of the incident's service are up, in words; undefined for other subjects. */
function leftOf({ left, service }: Incident, words: Language): string | undefined {
  return left && words.left(left.up, left.of, service!);
}

function headlineOf(incidents: readonly Incident[], state: Notice['state'], words: Language): string {
  const [first, ...others] = incidents as [Incident, ...Incident[]];
  const several = others.every(({ alert }) => alert === first.alert) ? words.several[first.alert] : undefined;
  if (others.length === 0) return headline(first, state, words);
  if (several === undefined) return `${headline(first, state, words)}, ${words.more(others.length)}`;
  const names = incidents.slice(0, MAX_IN_SUBJECT).map(incident => called(incident, words.names));
  const rest = incidents.length - names.length;
  const list = [...names, ...(rest > 0 ? [words.more(rest)] : [])].join(', ');
  return `${incidents.length} ${several[state === 'resolved' ? 1 : 0]}${words.colon} ${list}`;
}

function headline(incident: Incident, state: Notice['state'], { raised, resolved, names }: Language): string {
  return `${called(incident, names)} ${(state === 'resolved' ? resolved : raised)[incident.alert]}`;
}

function paragraph(incident: Incident, state: Notice['state'], words: Language): string {
  const { alert, since, reason, changes, lastedMs } = incident;
  const time = `${new Date(since).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const lasted = lastedMs === undefined ? '' : ` (${words.lasted(spanText(lastedMs))})`;
  const fact = (name: string, text: string) => `${name}${words.colon} ${text}`;
  const facts = [
    fact(state === 'resolved' ? words.ended : words.since, `${time}${lasted}`),
    fact(words.why, reason),
    changes && words.changes(changes),
    leftOf(incident, words),
    state !== 'resolved' && fact(words.look, words.hints[alert]),
  ];
  return [`${headline(incident, state, words)}.`, ...facts.filter(Boolean).map(text => `  ${text}`)].join('\n');
}

/** `3 s`, `12 min 5 s`, `2 h 3 min`. */
function spanText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const [h, min, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return `${h} h ${min} min`;
  return min > 0 ? `${min} min ${s} s` : `${s} s`;
}

/** Replacements of signs that count twice in the seven-bit alphabet, or are not in it. */
const PLAINER: Readonly<Record<string, string>> = { '[': '(', '{': '(', ']': ')', '}': ')', '`': "'" };

/** Without accents, because one letter outside the seven-bit alphabet reduces the SMS to 70 characters; cut at a word. */
export function smsText(text: string): string {
  const ascii = oneLine(text.normalize('NFKD').replace(/\p{M}/gu, ''))
    .replace(/[^ -~]/g, '?')
    .replace(/[[\]{}`^~|\\]/g, sign => PLAINER[sign] ?? '-');
  if (ascii.length <= MAX_SMS) return ascii;
  const room = ascii.slice(0, MAX_SMS - 2);
  const end = room.lastIndexOf(' ');
  return `${ascii.slice(0, end > MAX_SMS / 2 ? end : MAX_SMS - 3)}...`;
}
