import { ALERT_KINDS, type AlertKind } from '../core/config/alert-channel.ts';
import type { AlertsConfig } from '../core/config/alerts.ts';
import type { LogEntry } from '../core/events.ts';
import { type Condition, Conditions } from './condition.ts';
import { type Incident, type Notice, oneLine } from './incident.ts';

/** After the start of the controller, what has never been well may take this long to be found. */
export const START_GRACE_MS = 10_000;
/** Servers, services, switches and tables that are watched; beyond that the one that is known longest is forgotten. */
export const MAX_SUBJECTS = 10_000;

export type AlertRules = Pick<AlertsConfig, 'dampMs' | 'switchGraceMs' | 'flapping' | 'repeatMs'>;

interface Subject {
  readonly of: Condition['of'];
  readonly name: string;
  readonly service: string | undefined;
  /** What is. */
  alert: AlertKind | undefined;
  since: number;
  reason: string;
  /** What people know, since when that is, and when they were told last. */
  told: AlertKind | undefined;
  began: number;
  toldAt: number;
  /** When it changed, within the window of flapping. */
  changes: number[];
  isFlapping: boolean;
  /** Before that nobody is told: it may pass. */
  settledAt: number;
}

/**
 * Decides what people are told: one alert for each subject until it is resolved, one message for what happens in one moment,
 * nothing for what passes within `dampMs`, and a single alert for what comes and goes. Reads the log, returns notices.
 */
export class Alerts {
  readonly #subjects = new Map<string, Subject>();
  readonly #conditions = new Conditions();
  readonly #poolOf: (service: string) => readonly string[] | undefined;
  readonly #startedAt: number;
  rules: AlertRules;

  /** `poolOf` names the servers of a service that is configured now. */
  constructor(rules: AlertRules, poolOf: (service: string) => readonly string[] | undefined, now: number) {
    this.rules = rules;
    this.#poolOf = poolOf;
    this.#startedAt = now;
  }

  /** Takes a line of the log; what follows from it comes out of `onTick`. */
  onEntry(entry: LogEntry, now: number): void {
    if (entry.type === 'config' && entry.state === 'applied') this.#dropRemoved(now);
    const condition = this.#conditions.read(entry);
    if (condition !== undefined) this.#change(this.#subjectOf(condition, now), condition, now);
  }

  /** What people are to be told now. */
  onTick(now: number): Notice[] {
    for (const subject of this.#subjects.values()) this.#calm(subject, now);
    const waiting = [...this.#subjects.values()].filter(subject => wanted(subject) !== subject.told && subject.settledAt <= now);
    const isDue = waiting.some(({ settledAt }) => settledAt + this.rules.dampMs <= now);
    const notices = isDue ? this.#tell(waiting, now) : [];
    return [...notices, ...this.#remind(now)];
  }

  /** The troubles that people were told of and that last. */
  get open(): Incident[] {
    return [...this.#subjects.values()]
      .filter(({ told }) => told !== undefined)
      .map(subject => this.#incident(subject, subject.told!));
  }

  #subjectOf({ of, subject: name, service, reason, alert }: Condition, now: number): Subject {
    const key = `${of} ${name}`;
    const known = this.#subjects.get(key);
    if (known !== undefined) return known;
    if (this.#subjects.size >= MAX_SUBJECTS) this.#subjects.delete(this.#subjects.keys().next().value!);
    const settledAt = alert === undefined ? now : this.#startedAt + START_GRACE_MS;
    const subject = {
      ...{ of, name, service, reason, since: now, settledAt, began: now, toldAt: now },
      ...{ alert: undefined, told: undefined, changes: [], isFlapping: false },
    };
    this.#subjects.set(key, subject);
    return subject;
  }

  #change(subject: Subject, { alert, reason }: Pick<Condition, 'alert' | 'reason'>, now: number): void {
    if (alert === subject.alert) return;
    const { flapping, dampMs, switchGraceMs } = this.rules;
    subject.changes = [...subject.changes.filter(at => now - at < flapping.windowMs), now].slice(-flapping.changes);
    Object.assign(subject, { alert, reason: oneLine(reason), since: now });
    if (subject.isFlapping) return;
    subject.isFlapping = subject.changes.length >= flapping.changes;
    // Each change lately makes the next one wait longer (as routes are damped, RFC 2439); flapping itself is told at once.
    const restless = dampMs * (subject.changes.length - 1) + (alert === 'switch-lost' ? switchGraceMs : 0);
    subject.settledAt = subject.isFlapping ? now : Math.max(now + restless, subject.settledAt);
  }

  #calm(subject: Subject, now: number): void {
    if (!subject.isFlapping || now - subject.changes.at(-1)! < this.rules.flapping.calmMs) return;
    Object.assign(subject, { isFlapping: false, changes: [], settledAt: now });
  }

  #tell(subjects: readonly Subject[], now: number): Notice[] {
    const resolved = subjects.flatMap(subject => {
      if (subject.told === undefined) return [];
      const became = wanted(subject);
      return [{ ...this.#incident(subject, subject.told), lastedMs: now - subject.began, ...(became && { became }) }];
    });
    const raised = subjects.flatMap(subject => {
      const alert = wanted(subject);
      return alert === undefined ? [] : [this.#incident(subject, alert)];
    });
    for (const subject of subjects) {
      const alert = wanted(subject);
      Object.assign(subject, { told: alert, toldAt: now, began: beginning(subject, alert) });
    }
    return [...notice('resolved', resolved), ...notice('raised', raised)];
  }

  #remind(now: number): Notice[] {
    const { repeatMs = Number.POSITIVE_INFINITY } = this.rules;
    const due = [...this.#subjects.values()].filter(({ told, toldAt }) => told !== undefined && now - toldAt >= repeatMs);
    for (const subject of due) subject.toldAt = now;
    const incidents = due.map(subject => ({ ...this.#incident(subject, subject.told!), since: subject.began }));
    return notice('reminder', incidents);
  }

  #incident(subject: Subject, alert: AlertKind): Incident {
    const { of, name, service, reason, changes } = subject;
    const pool = service === undefined ? undefined : this.#poolOf(service);
    const left = of === 'server' && pool !== undefined ? { up: this.#upIn(service!, pool), of: pool.length } : undefined;
    return {
      ...{ alert, subject: name, since: beginning(subject, alert), reason },
      ...(service !== undefined && { service }),
      ...(left && { left }),
      ...(alert === 'flapping' && changes.length > 0 && { changes: changes.length }),
    };
  }

  #upIn(service: string, pool: readonly string[]): number {
    return pool.filter(server => {
      const subject = this.#subjects.get(`server ${service}/${server}`);
      return subject !== undefined && subject.alert === undefined;
    }).length;
  }

  /** What is no longer configured has no trouble. */
  #dropRemoved(now: number): void {
    for (const [key, subject] of this.#subjects) {
      if (subject.service === undefined || this.#isConfigured(subject)) continue;
      if (subject.told === undefined) this.#subjects.delete(key);
      else {
        Object.assign(subject, { isFlapping: false, changes: [], settledAt: now });
        Object.assign(subject, { alert: undefined, reason: 'no longer in the configuration', since: now });
      }
    }
  }

  #isConfigured({ of, name, service }: Subject): boolean {
    const pool = this.#poolOf(service!);
    return of === 'server' ? pool?.some(server => `${service}/${server}` === name) === true : pool !== undefined;
  }
}

function wanted({ isFlapping, alert }: Subject): AlertKind | undefined {
  return isFlapping ? 'flapping' : alert;
}

function beginning({ changes, since }: Subject, alert: AlertKind | undefined): number {
  return alert === 'flapping' ? (changes[0] ?? since) : since;
}

function notice(state: Notice['state'], incidents: readonly Incident[]): Notice[] {
  if (incidents.length === 0) return [];
  const rank = ({ alert }: Incident) => ALERT_KINDS.indexOf(alert);
  const byName = (a: Incident, b: Incident) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0);
  return [{ state, incidents: [...incidents].sort((a, b) => rank(a) - rank(b) || a.since - b.since || byName(a, b)) }];
}
