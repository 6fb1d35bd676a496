import { entryOf } from '../core/entry-of.ts';
import { Collected } from './collected.ts';
import type { Findings } from './findings.ts';
import { Group } from './group.ts';
import { Standing } from './health-state.ts';
import { Watch } from './server-check.ts';
import type { Target } from './target.ts';

/** Who is watched: by name, by address, and in which group. */
export class Roster {
  readonly #watches = new Map<string, Watch>();
  readonly #byIp = new Map<string, Set<Watch>>();
  readonly #groups = new Map<string, Group>();

  get(id: string): Watch | undefined {
    return this.#watches.get(id);
  }

  /** All servers with an address: it may serve several services. */
  at(ip: string): Iterable<Watch> {
    return this.#byIp.get(ip) ?? [];
  }

  [Symbol.iterator](): Iterator<Watch> {
    return this.#watches.values();
  }

  /** Takes the difference over; the ends of panics that follow from it. */
  set(targets: readonly Target[], onGone: (watch: Watch) => void, now: number): Findings {
    const found = new Collected();
    const wanted = new Set(targets.map(({ id }) => id));
    const remove = (watch: Watch) => {
      this.#remove(watch, found);
      onGone(watch);
    };
    for (const watch of this) if (!wanted.has(watch.target.id)) remove(watch);
    for (const target of targets) {
      const before = this.#watches.get(target.id);
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
    const watch = new Watch(target, this.#groupOf(target), now);
    this.#watches.set(target.id, watch);
    entryOf(this.#byIp, target.ip, () => new Set()).add(watch);
    if (!target.paused) watch.group.add(watch.standing, target.id);
  }

  #change(watch: Watch, target: Target, found: Collected, now: number): void {
    const before = watch.target;
    watch.target = target;
    watch.group.panicThreshold = target.panicThreshold;
    if (watch.isAsking && (before.health !== target.health || before.vip !== target.vip || before.vipMac !== target.vipMac)) {
      watch.cancel();
      watch.nextAt = now;
    }
    if (before.paused === target.paused) return;
    watch.cancel();
    found.rule(watch, watch.group.remove(watch.standing));
    watch.standing = new Standing();
    watch.told = undefined;
    watch.firstAt = undefined;
    watch.nextAt = now;
    if (!target.paused) watch.group.add(watch.standing, target.id);
  }

  #remove(watch: Watch, found: Collected): void {
    const { id, ip } = watch.target;
    watch.cancel();
    found.rule(watch, watch.group.remove(watch.standing));
    this.#watches.delete(id);
    const others = this.#byIp.get(ip)!;
    others.delete(watch);
    if (others.size === 0) this.#byIp.delete(ip);
  }

  #groupOf({ group: name, panicThreshold }: Target): Group {
    const group = entryOf(this.#groups, name, () => new Group(name));
    group.panicThreshold = panicThreshold;
    return group;
  }
}

function isSameServer(a: Target, b: Target): boolean {
  return a.ip === b.ip && a.port === b.port && a.group === b.group;
}
