import type { Random } from '../core/clock.ts';
import type { Location } from '../core/location.ts';
import type { ArpProbe } from './arp-probe.ts';
import type { Group } from './group.ts';
import { Standing } from './health-state.ts';
import { Pin } from './pin.ts';
import type { Probe } from './probe.ts';
import { type ProbeType, probeTypeOf, type Target } from './target.ts';

/** A server whose host is there gets so long to begin to answer before its probes slow down, and before people are told. */
export const SETTLING_MS = 30_000;

/**
 * A probe from a port of the VIP. It is over when it has its outcome; its port stays its own until it is needed, so that what still
 * comes meets nobody else.
 */
export interface Asked {
  readonly watch: Watch;
  readonly probe: Probe;
  readonly port: number;
  isOver: boolean;
}

/** All that the monitor keeps of one server. */
export class Watch {
  target: Target;
  readonly group: Group;
  standing = new Standing();
  readonly pin = new Pin();
  /** Position in the queue of the monitor. */
  dueAt = Number.POSITIVE_INFINITY;
  /** When the next round begins, unless one is under way. */
  nextAt: number;
  startedAt = 0;
  firstAt: number | undefined;
  /** The round's question: a probe from the VIP, one from the controller's own sockets (its end), or ARP. */
  asked: Asked | undefined;
  externalUntil: number | undefined;
  /** ARP: as the question itself, for the place, or beside the question to tell a dead host from a dead program. */
  arp: ArpProbe | undefined;
  isArpTheQuestion = false;
  /** When the question has had its time. */
  lastAt = 0;
  /** Whoever is silent is not blamed before the switch sent an echo back; until then it is waited for. */
  echo: { readonly serial: number; readonly until: number } | undefined;
  isChannelSure = false;
  /** The last round had no answer. */
  wasSilent = false;
  /** The host answered ARP though its program was silent. */
  isHostThere = false;
  isUnseenTold = false;
  /** Where the last change said it is. */
  told: Location | undefined;

  constructor(target: Target, group: Group, now: number) {
    this.target = target;
    this.group = group;
    this.nextAt = now;
  }

  get type(): ProbeType {
    return probeTypeOf(this.target);
  }

  /** A round is under way. */
  get isAsking(): boolean {
    return this.arp !== undefined || this.externalUntil !== undefined || this.asked?.isOver === false;
  }

  /** The port that is probed. */
  get port(): number {
    return this.target.health.port ?? this.target.port;
  }

  /** When something has to be done for it. */
  get wakeAt(): number {
    if (!this.isAsking) return this.nextAt;
    if (this.echo !== undefined) return this.echo.until;
    const asked = this.asked?.isOver === false ? this.asked.probe.deadline : Number.POSITIVE_INFINITY;
    return Math.min(asked, this.arp?.deadline ?? Number.POSITIVE_INFINITY, this.externalUntil ?? Number.POSITIVE_INFINITY);
  }

  /** The round is over; `wasSilent`: it had no answer. */
  finish(wasSilent: boolean, now: number, random: Random): void {
    this.cancel();
    this.wasSilent = wasSilent;
    this.isHostThere = false;
    this.rest(now, random);
  }

  /** Sets when the next round begins: sooner while something changes, and never at quite the same pace. */
  rest(now: number, random: Random): void {
    const { intervalMs, fastIntervalMs, jitter } = this.target.health;
    const isFound = this.standing.state === 'unknown' && this.pin.location !== undefined;
    const isSettling = isFound && now - (this.firstAt ?? now) < SETTLING_MS;
    const paceMs = this.standing.isChanging || isSettling ? fastIntervalMs : intervalMs;
    this.nextAt = Math.max(now, this.startedAt + paceMs * (1 + jitter * (2 * random() - 1)));
  }

  /** The server may be anywhere: it is looked for at once. */
  seek(now: number): void {
    this.cancel();
    this.pin.release();
    this.nextAt = now;
  }

  /** Ends the round, without an outcome unless it had one. */
  cancel(): void {
    if (this.asked !== undefined) this.asked.isOver = true;
    this.arp = undefined;
    this.externalUntil = undefined;
    this.echo = undefined;
    this.isChannelSure = false;
  }
}
