import { ALERT_KINDS, type AlertKind } from '../core/config/alert-channel.ts';
import type { AlertsConfig } from '../core/config/alerts.ts';
import type { ServerState } from '../core/config/server.ts';
import type { ServerConfig } from '../core/config/service.ts';
import { entryOf } from '../core/entry-of.ts';
import type { LogEntry } from '../core/events.ts';
import { type Condition, Conditions } from './condition.ts';
import { type Incident, type Notice, oneLine } from './incident.ts';

/** Time after the start of the controller before what was never well is reported. */
export const START_GRACE_MS = 10_000;
/** Servers, services, switches and tables that are tracked; beyond that the oldest is dropped. */
export const MAX_SUBJECTS = 10_000;

export type AlertRules = Pick<AlertsConfig, 'dampMs' | 'switchGraceMs' | 'flapping' | 'repeatMs'>;

/** The part of a server's configuration that is needed here. */
export type PoolMember = Pick<ServerConfig, 'name' | 'state'>;

interface Subject {
  readonly of: Condition['of'];
  readonly name: string;
  readonly service: string | undefined;
  /** The current problem. */
  alert: AlertKind | undefined;
  since: number;
  reason: string;
  /** The alert that was sent last, its beginning, and the time of the last notification. */
  notified: AlertKind | undefined;
  began: number;
  notifiedAt: number;
  /** Times of changes within the flapping window. */
  changes: number[];
  isFlapping: boolean;
  /** Whether it is configured, and in a state in which problems are reported. */
  isInUse: boolean;
  /** No notification before that: the problem may pass. */
  settledAt: number;
}

/**
 * Decides which alerts are sent: one for each subject until it is resolved, one message for what happens at the same time,
 * none for problems shorter than `dampMs`, and a single one for a subject that is flapping. Reads the log, returns notices.
 */
export class Alerts {
  readonly #subjects = new Map<string, Subject>();
  /** Subjects with a notification or the end of flapping pending. */
  readonly #pending = new Set<Subject>();
  readonly #conditions = new Conditions();
  readonly #membersOf: (service: string) => readonly PoolMember[] | undefined;
  readonly #startedAt: number;
  /** The servers of each service by subject name; and how many are up, cached until the next line of the log. */
  readonly #pools = new Map<string, ReadonlyMap<string, ServerState> | undefined>();
  readonly #left = new Map<string, Incident['left']>();
  rules: AlertRules;

  /** `membersOf` returns the servers of a configured service; it is called again after each `config` line. */
  constructor(rules: AlertRules, membersOf: (service: string) => readonly PoolMember[] | undefined, now: number) {
    this.rules = rules;
    this.#membersOf = membersOf;
    this.#startedAt = now;
  }

  /** Takes a line of the log; `onTick` returns the notices that follow from it. */
  onEntry(entry: LogEntry, now: number): void {
    if (entry.type === 'config' && entry.state === 'applied') this.#takeConfiguration(now);
    const condition = this.#conditions.read(entry);
    if (condition === undefined) return;
    this.#left.clear();
    this.#change(this.#subjectOf(condition, now), condition, now);
  }

  /** The notices that are due now. */
  onTick(now: number): Notice[] {
    for (const subject of this.#pending) this.#endFlapping(subject, now);
    const waiting = [...this.#pending].filter(subject => currentAlert(subject) !== subject.notified && subject.settledAt <= now);
    const isDue = waiting.some(({ settledAt }) => settledAt + this.rules.dampMs <= now);
    const notices = isDue ? this.#notify(waiting, now) : [];
    return [...notices, ...this.#remind(now)];
  }

  /** The active alerts. */
  get open(): Incident[] {
    return [...this.#subjects.values()]
      .filter(({ notified }) => notified !== undefined)
      .map(subject => this.#incident(subject, subject.notified!));
  }

  #subjectOf({ of, subject: name, service, reason, alert }: Condition, now: number): Subject {
    const key = `${of} ${name}`;
    const known = this.#subjects.get(key);
    if (known !== undefined) return known;
    if (this.#subjects.size >= MAX_SUBJECTS) this.#forget(this.#subjects.keys().next().value!);
    const settledAt = alert === undefined ? now : this.#startedAt + START_GRACE_MS;
    const subject = {
      ...{ of, name, service, reason, since: now, settledAt, began: now, notifiedAt: now },
      ...{ alert: undefined, notified: undefined, changes: [], isFlapping: false, isInUse: true },
    };
    subject.isInUse = this.#isInUse(subject);
    this.#subjects.set(key, subject);
    return subject;
  }

  #change(subject: Subject, { alert, reason }: Pick<Condition, 'alert' | 'reason'>, now: number): void {
    if (alert === subject.alert) return;
    this.#pending.add(subject);
    const { flapping, dampMs, switchGraceMs } = this.rules;
    subject.changes = [...subject.changes.filter(at => now - at < flapping.windowMs), now].slice(-flapping.changes);
    Object.assign(subject, { alert, reason: oneLine(reason), since: now });
    if (subject.isFlapping) return;
    subject.isFlapping = subject.changes.length >= flapping.changes;
    // Each change lately makes the next one wait longer (as routes are damped, RFC 2439); flapping itself is reported at once.
    const waitMs = dampMs * (subject.changes.length - 1) + (alert === 'switch-lost' ? switchGraceMs : 0);
    subject.settledAt = subject.isFlapping ? now : Math.max(now + waitMs, subject.settledAt);
  }

  #forget(key: string): void {
    this.#pending.delete(this.#subjects.get(key)!);
    this.#subjects.delete(key);
  }

  #endFlapping(subject: Subject, now: number): void {
    if (!subject.isFlapping && currentAlert(subject) === subject.notified) this.#pending.delete(subject);
    if (!subject.isFlapping || now - subject.changes.at(-1)! < this.rules.flapping.calmMs) return;
    Object.assign(subject, { isFlapping: false, changes: [], settledAt: now });
  }

  #notify(subjects: readonly Subject[], now: number): Notice[] {
    const resolved = subjects.flatMap(subject => {
      if (subject.notified === undefined) return [];
      const became = currentAlert(subject);
      const end = { lastedMs: now - subject.began, ...(became && { became }), ...(!subject.isInUse && { isDropped: true }) };
      return [{ ...this.#incident(subject, subject.notified), ...end }];
    });
    const raised = subjects.flatMap(subject => {
      const alert = currentAlert(subject);
      return alert === undefined ? [] : [this.#incident(subject, alert)];
    });
    for (const subject of subjects) {
      const alert = currentAlert(subject);
      Object.assign(subject, { notified: alert, notifiedAt: now, began: beginning(subject, alert) });
    }
    return [...notice('resolved', resolved), ...notice('raised', raised)];
  }

  #remind(now: number): Notice[] {
    const { repeatMs } = this.rules;
    if (repeatMs === undefined) return [];
    const due = [...this.#subjects.values()].filter(
      ({ notified, notifiedAt }) => notified !== undefined && now - notifiedAt >= repeatMs,
    );
    for (const subject of due) subject.notifiedAt = now;
    const incidents = due.map(subject => ({ ...this.#incident(subject, subject.notified!), since: subject.began }));
    return notice('reminder', incidents);
  }

  #incident(subject: Subject, alert: AlertKind): Incident {
    const { of, name, service, reason, changes } = subject;
    const left = of === 'server' ? this.#leftOf(service!) : undefined;
    return {
      ...{ alert, subject: name, since: beginning(subject, alert), reason },
      ...(service !== undefined && { service }),
      ...(left && { left }),
      ...(alert === 'flapping' && changes.length > 0 && { changes: changes.length }),
    };
  }

  /** Servers that are up, of those in the state ready. */
  #leftOf(service: string): Incident['left'] {
    return entryOf(this.#left, service, () => {
      const pool = [...(this.#poolOf(service) ?? [])].filter(([, state]) => state === 'ready');
      const known = pool.map(([name]) => this.#subjects.get(`server ${name}`));
      const up = known.filter(subject => subject !== undefined && subject.alert === undefined);
      return { up: up.length, of: pool.length };
    });
  }

  #poolOf(service: string): ReadonlyMap<string, ServerState> | undefined {
    if (!this.#pools.has(service)) {
      const members = this.#membersOf(service)?.map(({ name, state }) => [`${service}/${name}`, state] as const);
      this.#pools.set(service, members && new Map(members));
    }
    return this.#pools.get(service);
  }

  /** Alerts of subjects that are no longer in use end; those of subjects that are in use again begin. */
  #takeConfiguration(now: number): void {
    this.#pools.clear();
    this.#left.clear();
    for (const [key, subject] of this.#subjects) {
      const isInUse = this.#isInUse(subject);
      if (isInUse !== subject.isInUse)
        this.#pending.add(Object.assign(subject, { isInUse, isFlapping: false, changes: [], settledAt: now }));
      if (subject.notified === undefined && !this.#isConfigured(subject)) this.#forget(key);
    }
  }

  #isConfigured({ of, name, service }: Subject): boolean {
    if (service === undefined) return true;
    const pool = this.#poolOf(service);
    return pool !== undefined && (of !== 'server' || pool.has(name));
  }

  /** Servers in maintenance or standby may be down without an alert. */
  #isInUse(subject: Subject): boolean {
    const state = subject.of === 'server' ? this.#poolOf(subject.service!)?.get(subject.name) : undefined;
    return this.#isConfigured(subject) && state !== 'maintenance' && state !== 'standby';
  }
}

function currentAlert({ isFlapping, alert, isInUse }: Subject): AlertKind | undefined {
  if (!isInUse) return undefined;
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
