import { OFPP } from '../../openflow/index.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Random } from '../core/clock.ts';
import { probe } from '../core/command.ts';
import type { Dpid } from '../core/dpid.ts';
import { frameOut } from '../core/flow.ts';
import { isSamePlace, type Place, placeText } from '../core/place.ts';
import type { Switch } from '../core/switch.ts';
import type { IsLink, Places } from '../network/places.ts';
import { arpProbe } from './arp-probe.ts';
import { AskedPorts } from './asked-ports.ts';
import { ECHO_PATIENCE_MS, Echoes } from './echoes.ts';
import type { Findings } from './findings.ts';
import type { Outcome, Step } from './probe.ts';
import { externalProbeOf, PROBES } from './probe-of.ts';
import type { Asked, ServerCheck } from './server-check.ts';
import { type Stray, Strays } from './strays.ts';

/** A probe from the controller's sockets that brings no outcome within its timeout and this is given up. */
const EXTERNAL_GRACE_MS = 1000;
/** A host that answers ARP elsewhere may still answer it at its place for so long; after that it has moved. */
const MOVE_AFTER_MS = 300;

/** One round of a check after the other: the question, the search for who does not answer, and the conclusion. */
export class Rounds {
  readonly asked = new AskedPorts();
  readonly echoes = new Echoes();
  readonly strays = new Strays();
  /** Those that are connected. */
  switches: ReadonlyMap<Dpid, Switch> = new Map();
  readonly #random: Random;
  readonly #places: Places;
  readonly #isLink: IsLink;

  /** `isLink`: no server is found at such a port, only what came through another switch. */
  constructor(random: Random, places: Places, isLink: IsLink) {
    this.#random = random;
    this.#places = places;
    this.#isLink = isLink;
  }

  /** A new round: the question itself where the place is known, ARP for the place where it is not. */
  begin(check: ServerCheck, found: Findings, now: number): void {
    const { target, type } = check;
    const held = this.#held(check);
    check.startedAt = now;
    check.lastAt = now + target.health.timeoutMs;
    check.firstAt ??= now;
    check.isArpTheQuestion = held === undefined || type === 'arp';
    const isSeekable = held !== undefined && target.health.from === 'switch';
    check.doubtAt = isSeekable ? now + target.health.timeoutMs / 2 : Number.POSITIVE_INFINITY;
    if (check.wasSilent || check.isSuspect) this.#seek(check, found, now);
    else if (check.isArpTheQuestion) {
      check.arp = arpProbe(target.ip, target.health, now);
      this.#send(held, check.arp.frames, found);
    }
    if (held !== undefined && !check.isArpTheQuestion) this.#ask(check, held, found, now);
  }

  /** Asks by ARP everywhere: the server may have moved, or only its program is silent. */
  #seek(check: ServerCheck, found: Findings, now: number): void {
    const { ip, health } = check.target;
    check.isSuspect = false;
    check.doubtAt = Number.POSITIVE_INFINITY;
    check.arp ??= arpProbe(ip, health, now);
    this.#send(undefined, check.arp.frames, found);
  }

  /** The question itself, to the place. */
  #ask(check: ServerCheck, held: Place, found: Findings, now: number): void {
    const { target, type, port } = check;
    const { ip, vip, vipMac, health } = target;
    check.isArpTheQuestion = false;
    check.askedAt = held;
    check.lastAt = now + health.timeoutMs;
    if (health.from === 'controller') {
      check.externalUntil = now + health.timeoutMs + EXTERNAL_GRACE_MS;
      found.commands.push(probe(externalProbeOf(check)));
      return;
    }
    if (check.asked !== undefined) this.asked.release(check.asked);
    const local = this.asked.next(vip, this.#random);
    if (local === undefined) {
      check.rest(now, this.#random);
      return;
    }
    const ends = { local: { mac: vipMac, ip: vip, port: local }, remote: { mac: held.mac, ip, port } };
    check.asked = { check, probe: PROBES[type](ends, health, now, this.#random), port: local, at: held, isOver: false };
    check.echo = undefined;
    check.isChannelSure = false;
    this.asked.add(check.asked);
    this.#send(held, check.asked.probe.frames, found);
  }

  /** Something has to be done for a round that is under way. */
  onDeadline(check: ServerCheck, found: Findings, now: number): void {
    if (now >= check.doubtAt) this.#seek(check, found, now);
    if (check.stray !== undefined && now >= check.stray.until) this.#follow(check, check.stray.to, found, now);
    const { asked, arp } = check;
    if (this.#isInDoubt(check, found, now)) return;
    if (asked?.isOver === false && now >= asked.probe.deadline) this.take(check, asked, asked.probe.onDeadline(now), found, now);
    if (check.externalUntil !== undefined && now >= check.externalUntil)
      this.conclude(check, { kind: 'silent', reason: 'the probe was not made in time' }, found, now);
    if (arp === undefined || check.arp !== arp) return;
    const { outcome } = arp.onDeadline(now);
    if (outcome === undefined) return;
    if (check.isArpTheQuestion) this.conclude(check, outcome, found, now);
    else check.arp = undefined;
  }

  /** Whether the server may still have answered in time: a slow control channel is not its fault. */
  #isInDoubt(check: ServerCheck, found: Findings, now: number): boolean {
    const dpid = this.#held(check)?.dpid;
    if (dpid === undefined || check.externalUntil !== undefined) return false;
    const doubt = this.echoes.doubt(check, dpid, found, now);
    if (doubt === 'dead') {
      check.cancel();
      check.rest(now, this.#random);
    }
    return doubt !== 'none';
  }

  /** The channel has brought all there was: who has not answered by now, did not in time. */
  onEcho(check: ServerCheck, serial: number, found: Findings, now: number): void {
    if (check.echo?.serial !== serial) return;
    check.echo = undefined;
    check.isChannelSure = true;
    this.onDeadline(check, found, now);
    if (!check.isAsking && now >= check.nextAt) this.begin(check, found, now);
  }

  /** An answer to ARP, from wherever. */
  onArpAnswer(check: ServerCheck, place: Place, packet: Packet, found: Findings, now: number): void {
    if (check.target.paused || this.#isLink(place.dpid, place.port)) return;
    const held = this.#held(check);
    if (held !== undefined && !isSamePlace(held, place)) {
      this.stray('answer', check, place, found, now);
      if (check.arp !== undefined && !check.isHostThere) check.stray ??= { to: place, until: now + MOVE_AFTER_MS };
      return;
    }
    const outcome = check.arp?.onPacket(packet, now).outcome;
    if (outcome === undefined) return;
    const isQuestion = check.isArpTheQuestion;
    check.arp = undefined;
    check.isHostThere = true;
    check.stray = undefined;
    if (held === undefined) this.#places.pin(check.target.ip, place, now);
    if (isQuestion && check.type === 'arp') this.conclude(check, outcome, found, now);
    else if (isQuestion) this.#ask(check, place, found, now);
  }

  /** The host is silent at its place, and answers ARP at another one: the question goes there, and the place is that one if it is answered. */
  #follow(check: ServerCheck, to: Place, found: Findings, now: number): void {
    check.stray = undefined;
    if (check.isHostThere || (check.asked?.isOver ?? false)) return;
    check.askedAt = to;
    if (check.type !== 'arp') this.#ask(check, to, found, now);
    else this.conclude(check, { kind: 'answered', ms: 0, reason: 'answers ARP' }, found, now);
  }

  /** A step of the question: what it wants sent, and its outcome, once. */
  take(check: ServerCheck, asked: Asked, { frames, outcome }: Step, found: Findings, now: number): void {
    this.#send(asked.at, frames, found);
    // What was sent just now has to come back, too, before its server is blamed.
    if (frames.length > 0 && now < check.lastAt + ECHO_PATIENCE_MS) check.echo = undefined;
    if (outcome === undefined || asked.isOver) return;
    asked.isOver = true;
    this.conclude(check, outcome, found, now);
  }

  /** The end of a round. */
  conclude(check: ServerCheck, outcome: Outcome, found: Findings, now: number): void {
    const { group, health, target, type, askedAt } = check;
    if (outcome.kind === 'answered') {
      // From the controller's own sockets, or by ARP, the answer says nothing new of the place.
      if (askedAt !== undefined) this.#places.pin(target.ip, askedAt, now);
      const place = check.place!;
      if ((type === 'tcp' || type === 'http') && now <= check.lastAt) found.samples.push({ id: target.id, ms: outcome.ms });
      const reason = `${outcome.reason} at port ${place.port} as ${place.mac}`;
      found.rule(check, group.answered(health, target.health, reason, now));
      if (health.state === 'up' && !isSamePlace(place, check.reportedPlace!))
        found.rule(check, { change: { state: 'up', reason: `moved to ${placeText(place)}` } });
    } else {
      const isFinal = outcome.kind === 'refused';
      found.rule(check, group.failed(health, target.health, { isFinal, reason: failureText(check, outcome) }));
      if (check.isUnseenNews(now)) found.notices.push(`${target.name} has not been up yet: ${outcome.reason}`);
    }
    check.finish(outcome.kind === 'silent', now, this.#random);
  }

  /** Something came from where the server is not. */
  stray(stray: Stray, check: ServerCheck, from: Place, found: Findings, now: number): void {
    const notice = this.strays.report(stray, check.target.name, from, check.place, now);
    if (notice !== undefined) found.notices.push(notice);
  }

  /** The place, as long as its switch is there. */
  #held({ place }: ServerCheck): Place | undefined {
    return place !== undefined && this.switches.has(place.dpid) ? place : undefined;
  }

  /** To the place alone, or where there is none, everywhere. */
  #send(held: Place | undefined, frames: readonly Uint8Array[], found: Findings): void {
    const from = held === undefined ? [...this.switches.keys()] : [held.dpid];
    const port = held?.port ?? OFPP.ALL;
    for (const frame of frames) for (const dpid of from) found.commands.push(frameOut(dpid, port, frame));
  }
}

/** What a failed probe adds up to. */
function failureText({ health, type, isHostThere, isArpTheQuestion }: ServerCheck, { kind, reason }: Outcome): string {
  if (kind === 'refused') return reason;
  const count = health.misses + 1;
  const name = type.toUpperCase();
  const probes = count === 1 ? `${type === 'tcp' ? 'a' : 'an'} ${name} probe` : `${count} ${name} probes in a row`;
  if (kind === 'wrong') return `${probes} failed: ${reason}`;
  if (type === 'arp') return `${probes} unanswered`;
  const host = isArpTheQuestion ? 'nobody answers ARP' : isHostThere ? 'the host answers ARP' : '';
  return `${probes} unanswered${host && ` (${host})`}`;
}
