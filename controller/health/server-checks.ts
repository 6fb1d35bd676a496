import { entryOf } from '../core/entry-of.ts';
import type { Places } from '../network/places.ts';
import { Findings } from './findings.ts';
import { Group } from './group.ts';
import { HealthState } from './health-state.ts';
import { ServerCheck } from './server-check.ts';
import type { Target } from './target.ts';

/** Who is watched: by name, by address, and in which group. */
export class ServerChecks {
  readonly #checks = new Map<string, ServerCheck>();
  readonly #byIp = new Map<string, Set<ServerCheck>>();
  readonly #groups = new Map<string, Group>();
  readonly #places: Places;

  constructor(places: Places) {
    this.#places = places;
  }

  get(id: string): ServerCheck | undefined {
    return this.#checks.get(id);
  }

  /** All servers with an address: it may serve several services. */
  at(ip: string): Iterable<ServerCheck> {
    return this.#byIp.get(ip) ?? [];
  }

  [Symbol.iterator](): Iterator<ServerCheck> {
    return this.#checks.values();
  }

  /** Takes the difference over; the ends of panics that follow from it. */
  set(targets: readonly Target[], onGone: (check: ServerCheck) => void, now: number): Findings {
    const found = new Findings();
    const wanted = new Set(targets.map(({ id }) => id));
    const remove = (check: ServerCheck) => {
      this.#remove(check, found);
      onGone(check);
    };
    for (const check of this) if (!wanted.has(check.target.id)) remove(check);
    for (const target of targets) {
      const before = this.#checks.get(target.id);
      if (before !== undefined && isSameServer(before.target, target)) this.#change(before, target, found, now);
      else {
        if (before !== undefined) remove(before);
        this.#add(target, now);
      }
    }
    // One whose servers are all paused goes on: they come back to it.
    const groups = new Set(targets.map(({ group }) => group));
    for (const name of this.#groups.keys()) if (!groups.has(name)) this.#groups.delete(name);
    return found;
  }

  #add(target: Target, now: number): void {
    const group = entryOf(this.#groups, target.group, () => new Group(target.group));
    group.panicThreshold = target.panicThreshold;
    const check = new ServerCheck(target, group, this.#places, now);
    this.#checks.set(target.id, check);
    entryOf(this.#byIp, target.ip, () => new Set()).add(check);
    if (!target.paused) check.group.add(check.health, target.name);
  }

  #change(check: ServerCheck, target: Target, found: Findings, now: number): void {
    const before = check.target;
    check.target = target;
    check.group.panicThreshold = target.panicThreshold;
    if (check.isAsking && (before.health !== target.health || before.vip !== target.vip || before.vipMac !== target.vipMac)) {
      check.cancel();
      check.nextAt = now;
    }
    if (before.paused === target.paused) return;
    check.cancel();
    found.rule(check, check.group.remove(check.health));
    check.health = new HealthState();
    check.reportedPlace = undefined;
    check.firstAt = undefined;
    check.nextAt = now;
    if (!target.paused) check.group.add(check.health, target.name);
  }

  #remove(check: ServerCheck, found: Findings): void {
    const { id, ip } = check.target;
    check.cancel();
    found.rule(check, check.group.remove(check.health));
    this.#checks.delete(id);
    const others = this.#byIp.get(ip)!;
    others.delete(check);
    if (others.size === 0) this.#byIp.delete(ip);
  }
}

function isSameServer(a: Target, b: Target): boolean {
  return a.ip === b.ip && a.port === b.port && a.group === b.group;
}
