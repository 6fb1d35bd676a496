import type { HealthConfig } from '../core/config.ts';
import type { HealthState, Ruling } from './health-state.ts';

/** The longest ejection, in multiples of the first. */
const LONGEST_EJECTION = 10;
/** A server that was up for so many times `ejectFor` begins anew with its ejections. */
const FORGIVEN_AFTER = 10;

const unchanged: Ruling = Object.freeze({});

/** The servers of a service: each one's rise and fall, and how many may be out at a time. */
export class Group {
  readonly name: string;
  /** So many stay in use although their probes fail. */
  panicThreshold = 0;
  readonly #members = new Map<HealthState, string>();

  constructor(name: string) {
    this.name = name;
  }

  /** `id` names the member in reasons. */
  add(member: HealthState, id: string): void {
    this.#members.set(member, id);
  }

  remove(member: HealthState): Ruling {
    this.#members.delete(member);
    return this.#calm(member);
  }

  answered(member: HealthState, { rise }: HealthConfig, reason: string, now: number): Ruling {
    member.misses = 0;
    member.hits += 1;
    const calm = this.#calm(member);
    const needed = member.state === 'unknown' ? 1 : rise;
    // One that was ejected is better than none.
    const isOut = now < member.ejectedUntil && this.#upCount() > 0;
    if (member.state === 'up' || member.hits < needed || isOut) return calm;
    member.state = 'up';
    member.upSince = now;
    member.ejectedUntil = 0;
    member.errors = 0;
    return { ...calm, change: { state: 'up', reason } };
  }

  /** A probe failed. `isFinal`: the server says itself that nothing is there. */
  failed(member: HealthState, { fall }: HealthConfig, { isFinal, reason }: { isFinal: boolean; reason: string }): Ruling {
    member.hits = 0;
    member.misses += 1;
    if (member.state !== 'up' || (!isFinal && member.misses < fall)) return unchanged;
    return this.#mayLoseOne() ? this.lost(member, reason) : this.#hold(member, reason);
  }

  /** It is out, whatever that leaves of the group. */
  lost(member: HealthState, reason: string): Ruling {
    const wasUp = member.state === 'up';
    if (wasUp) member.state = 'down';
    member.hits = 0;
    const calm = this.#calm(member);
    return wasUp ? { ...calm, change: { state: 'down', reason } } : calm;
  }

  /** A connection of a client ended well or not; too many bad ones in a row eject the server, as far as others are left. */
  observed(
    member: HealthState,
    outcome: 'answered' | 'refused' | 'silent',
    passive: HealthConfig['passive'],
    now: number,
  ): Ruling {
    const isGood = outcome === 'answered';
    member.errors = isGood ? 0 : member.errors + 1;
    member.refusals = isGood ? 0 : member.refusals + (outcome === 'refused' ? 1 : 0);
    const { enabled, errors, ejectForMs, maxEjected } = passive;
    if (!enabled || member.state !== 'up' || member.errors < errors) return unchanged;
    const ejected = [...this.#members.keys()].filter(({ ejectedUntil }) => now < ejectedUntil).length;
    if ((ejected + 1) * 100 > maxEjected * this.#members.size || !this.#mayLoseOne()) return unchanged;
    if (now - member.upSince > FORGIVEN_AFTER * ejectForMs) member.ejections = 0;
    member.ejections = Math.min(member.ejections + 1, LONGEST_EJECTION);
    member.ejectedUntil = now + member.ejections * ejectForMs;
    const how = member.refusals === member.errors ? 'refused' : member.refusals === 0 ? 'unanswered' : 'refused or unanswered';
    const out = `out for ${(member.ejectedUntil - now) / 1000}s`;
    return this.lost(member, `${member.errors} connections in a row ${how}, ${out}`);
  }

  #mayLoseOne(): boolean {
    return this.#upCount() > this.panicThreshold;
  }

  #upCount(): number {
    return [...this.#members.keys()].filter(({ state }) => state === 'up').length;
  }

  #isPanic(): boolean {
    return [...this.#members.keys()].some(({ isHeld }) => isHeld);
  }

  #hold(member: HealthState, reason: string): Ruling {
    const wasPanic = this.#isPanic();
    member.isHeld = true;
    if (wasPanic) return unchanged;
    const left = `${this.#upCount()} of ${this.#members.size} servers left, panicThreshold ${this.panicThreshold}`;
    return {
      panic: { on: true, reason: `${this.#members.get(member)} stays in use although its probes fail: ${reason} (${left})` },
    };
  }

  /** A member is held no longer. */
  #calm(member: HealthState): Ruling {
    if (!member.isHeld) return unchanged;
    member.isHeld = false;
    return this.#isPanic() ? unchanged : { panic: { on: false, reason: 'no server is kept in use against its probes any more' } };
  }
}
