import type { Random } from '../core/clock.ts';
import type { Dpid } from '../core/dpid.ts';
import type { Place } from '../core/place.ts';
import type { Places } from '../network/places.ts';
import type { Group } from './group.ts';
import { HealthState } from './health-state.ts';
import type { Probe } from './probe.ts';
import type { ProbeType, Target } from './target.ts';

/** A server whose host is there gets so long to begin to answer before its probes slow down, and before people are notified. */
const SETTLING_MS = 30_000;

/**
 * A probe from a port of the VIP. It is over when it has its outcome; its port stays its own until it is needed, so that what still
 * comes meets nobody else.
 */
export interface Asked {
  readonly check: ServerCheck;
  readonly probe: Probe;
  readonly port: number;
  /** Where it was asked: answers count from there alone. */
  readonly at: Place;
  isOver: boolean;
}

/** All that the monitor keeps of one server. */
export class ServerCheck {
  target: Target;
  readonly group: Group;
  health = new HealthState();
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
  arp: Probe | undefined;
  isArpTheQuestion = false;
  /** Where the question was asked. */
  askedAt: Place | undefined;
  /** When a server that does not answer is asked for everywhere. */
  doubtAt = Number.POSITIVE_INFINITY;
  /** A frame with its MAC address came from elsewhere: it is asked for everywhere in the next round. */
  isSuspect = false;
  /** Another place where somebody answered ARP in its name in this round, and when it has moved there. */
  stray: { readonly to: Place; readonly until: number } | undefined;
  /** When the question has had its time. */
  lastAt = 0;
  /** Whoever is silent is not blamed before the switch sent an echo back; until then it is waited for. */
  echo: { readonly serial: number; readonly until: number } | undefined;
  isChannelSure = false;
  /** The last round had no answer. */
  wasSilent = false;
  /** The host answered ARP though its program was silent. */
  isHostThere = false;
  isUnseenReported = false;
  /** Where the last change said it is. */
  reportedPlace: Place | undefined;

  readonly #places: Places;

  constructor(target: Target, group: Group, places: Places, now: number) {
    this.target = target;
    this.group = group;
    this.#places = places;
    this.nextAt = now;
  }

  /** How the server is probed: as configured, else by what its clients speak. */
  get type(): ProbeType {
    const { health, protocol } = this.target;
    return health.type ?? (protocol === 'tcp' ? 'tcp' : 'arp');
  }

  /** Where the server is, as the last answer showed. */
  get place(): Place | undefined {
    return this.#places.pinned(this.target.ip);
  }

  isAt(dpid: Dpid, port: number): boolean {
    const { place } = this;
    return place?.dpid === dpid && place.port === port;
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
    const asked = this.asked?.isOver === false ? this.asked.probe : undefined;
    const ends = [asked?.deadline, this.stray?.until, this.arp?.deadline, this.externalUntil];
    return Math.min(this.doubtAt, ...ends.filter(end => end !== undefined));
  }

  /** A server that never came up is in no change; people hear of it once all the same. */
  isUnseenNews(now: number): boolean {
    if (this.health.state !== 'unknown' || this.isUnseenReported || now - this.firstAt! < SETTLING_MS) return false;
    this.isUnseenReported = true;
    return true;
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
    const isFound = this.health.state === 'unknown' && this.place !== undefined;
    const isSettling = isFound && now - (this.firstAt ?? now) < SETTLING_MS;
    const paceMs = this.health.isChanging || isSettling ? fastIntervalMs : intervalMs;
    this.nextAt = Math.max(now, this.startedAt + paceMs * (1 + jitter * (2 * random() - 1)));
  }

  /** The server may be anywhere: it is looked for at once. */
  seek(now: number): void {
    this.cancel();
    this.#places.unpin(this.target.ip);
    this.nextAt = now;
  }

  /** Ends the round, without an outcome unless it had one. */
  cancel(): void {
    if (this.asked !== undefined) this.asked.isOver = true;
    this.arp = undefined;
    this.externalUntil = undefined;
    this.echo = undefined;
    this.isChannelSure = false;
    this.askedAt = undefined;
    this.doubtAt = Number.POSITIVE_INFINITY;
    this.stray = undefined;
  }
}
