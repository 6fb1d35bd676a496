import { ALERT_KINDS, type AlertKind } from '../core/config/alert-channel.ts';
import type { AlertsConfig } from '../core/config/alerts.ts';
import type { ServerState } from '../core/config/server.ts';
import { entryOf } from '../core/entry-of.ts';
import type { LogEntry } from '../core/events.ts';
import { type Condition, Conditions } from './condition.ts';
import { type Incident, type Notice, oneLine } from './incident.ts';

/** After the start of the controller, what has never been well may take this long to be found. */
export const START_GRACE_MS = 10_000;
/** Servers, services, switches and tables that are watched; beyond that the one that is known longest is forgotten. */
export const MAX_SUBJECTS = 10_000;

export type AlertRules = Pick<AlertsConfig, 'dampMs' | 'switchGraceMs' | 'flapping' | 'repeatMs'>;

/** What of a server's configuration matters here. */
export interface PoolMember {
  readonly name: string;
  readonly state: ServerState;
}

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
  /** Whether it is configured, and in a state in which its trouble is somebody's. */
  isInUse: boolean;
  /** Before that nobody is told: it may pass. */
  settledAt: number;
}

/**
 * Decides what people are told: one alert for each subject until it is resolved, one message for what happens in one moment,
 * nothing for what passes within `dampMs`, and a single alert for what comes and goes. Reads the log, returns notices.
 */
export class Alerts {
  readonly #subjects = new Map<string, Subject>();
  /** Those that something may yet come of. */
  readonly #restless = new Set<Subject>();
  readonly #conditions = new Conditions();
  readonly #membersOf: (service: string) => readonly PoolMember[] | undefined;
  readonly #startedAt: number;
  /** What a service has, by the names of the subjects; and how much of it is up, until the next line of the log. */
  readonly #pools = new Map<string, ReadonlyMap<string, ServerState> | undefined>();
  readonly #left = new Map<string, Incident['left']>();
  rules: AlertRules;

  /** `membersOf` gives the servers of a service that is configured now; it is asked anew after each `config` line. */
  constructor(rules: AlertRules, membersOf: (service: string) => readonly PoolMember[] | undefined, now: number) {
    this.rules = rules;
    this.#membersOf = membersOf;
    this.#startedAt = now;
  }

  /** Takes a line of the log; what follows from it comes out of `onTick`. */
  onEntry(entry: LogEntry, now: number): void {
    if (entry.type === 'config' && entry.state === 'applied') this.#takeConfiguration(now);
    const condition = this.#conditions.read(entry);
    if (condition === undefined) return;
    this.#left.clear();
    this.#change(this.#subjectOf(condition, now), condition, now);
  }

  /** What people are to be told now. */
  onTick(now: number): Notice[] {
    for (const subject of this.#restless) this.#calm(subject, now);
    const waiting = [...this.#restless].filter(subject => wanted(subject) !== subject.told && subject.settledAt <= now);
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
    if (this.#subjects.size >= MAX_SUBJECTS) this.#forget(this.#subjects.keys().next().value!);
    const settledAt = alert === undefined ? now : this.#startedAt + START_GRACE_MS;
    const subject = {
      ...{ of, name, service, reason, since: now, settledAt, began: now, toldAt: now },
      ...{ alert: undefined, told: undefined, changes: [], isFlapping: false, isInUse: true },
    };
    subject.isInUse = this.#isInUse(subject);
    this.#subjects.set(key, subject);
    return subject;
  }

  #change(subject: Subject, { alert, reason }: Pick<Condition, 'alert' | 'reason'>, now: number): void {
    if (alert === subject.alert) return;
    this.#restless.add(subject);
    const { flapping, dampMs, switchGraceMs } = this.rules;
    subject.changes = [...subject.changes.filter(at => now - at < flapping.windowMs), now].slice(-flapping.changes);
    Object.assign(subject, { alert, reason: oneLine(reason), since: now });
    if (subject.isFlapping) return;
    subject.isFlapping = subject.changes.length >= flapping.changes;
    // Each change lately makes the next one wait longer (as routes are damped, RFC 2439); flapping itself is told at once.
    const restless = dampMs * (subject.changes.length - 1) + (alert === 'switch-lost' ? switchGraceMs : 0);
    subject.settledAt = subject.isFlapping ? now : Math.max(now + restless, subject.settledAt);
  }

  #forget(key: string): void {
    this.#restless.delete(this.#subjects.get(key)!);
    this.#subjects.delete(key);
  }

  #calm(subject: Subject, now: number): void {
    if (!subject.isFlapping && wanted(subject) === subject.told) this.#restless.delete(subject);
    if (!subject.isFlapping || now - subject.changes.at(-1)! < this.rules.flapping.calmMs) return;
    Object.assign(subject, { isFlapping: false, changes: [], settledAt: now });
  }

  #tell(subjects: readonly Subject[], now: number): Notice[] {
    const resolved = subjects.flatMap(subject => {
      if (subject.told === undefined) return [];
      const became = wanted(subject);
      const end = { lastedMs: now - subject.began, ...(became && { became }), ...(!subject.isInUse && { isDropped: true }) };
      return [{ ...this.#incident(subject, subject.told), ...end }];
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
    const { repeatMs } = this.rules;
    if (repeatMs === undefined) return [];
    const due = [...this.#subjects.values()].filter(({ told, toldAt }) => told !== undefined && now - toldAt >= repeatMs);
    for (const subject of due) subject.toldAt = now;
    const incidents = due.map(subject => ({ ...this.#incident(subject, subject.told!), since: subject.began }));
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

  /** Of the servers that are to take connections. */
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

  /** Troubles of what is no longer in use end, and those of what came back into use begin. */
  #takeConfiguration(now: number): void {
    this.#pools.clear();
    this.#left.clear();
    for (const [key, subject] of this.#subjects) {
      const isInUse = this.#isInUse(subject);
      if (isInUse !== subject.isInUse)
        this.#restless.add(Object.assign(subject, { isInUse, isFlapping: false, changes: [], settledAt: now }));
      if (subject.told === undefined && !this.#isConfigured(subject)) this.#forget(key);
    }
  }

  #isConfigured({ of, name, service }: Subject): boolean {
    if (service === undefined) return true;
    const pool = this.#poolOf(service);
    return pool !== undefined && (of !== 'server' || pool.has(name));
  }

  /** A server in maintenance or in reserve may be down: nobody is to be woken. */
  #isInUse(subject: Subject): boolean {
    const state = subject.of === 'server' ? this.#poolOf(subject.service!)?.get(subject.name) : undefined;
    return this.#isConfigured(subject) && state !== 'maintenance' && state !== 'standby';
  }
}

function wanted({ isFlapping, alert, isInUse }: Subject): AlertKind | undefined {
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
