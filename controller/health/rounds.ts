import { OFPP } from '../../openflow/index.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Random } from '../core/clock.ts';
import { probe } from '../core/command.ts';
import type { Dpid } from '../core/dpid.ts';
import { frameOut } from '../core/flow.ts';
import { isSamePlace, type Place, placeText } from '../core/place.ts';
import type { Switch } from '../core/switch.ts';
import type { IsLink, Places } from '../network/places.ts';
import { ArpProbe } from './arp-probe.ts';
import type { AskedPorts } from './asked-ports.ts';
import { channelDoubt } from './channel-doubt.ts';
import type { Collected } from './collected.ts';
import { ECHO_PATIENCE_MS, type Echoes } from './echoes.ts';
import { failureText } from './failure-text.ts';
import type { Outcome, Step } from './probe.ts';
import { externalProbeOf, probeOf } from './probe-of.ts';
import { type Asked, MOVE_AFTER_MS, type ServerCheck } from './server-check.ts';
import { Strays } from './strays.ts';

/** A probe from the controller's sockets that brings no outcome within its timeout and this is given up. */
const EXTERNAL_GRACE_MS = 1000;

/** What rounds share with who begins them. */
export interface RoundParts {
  readonly random: Random;
  readonly places: Places;
  /** No server is found at such a port, only what came through another switch. */
  readonly isLink: IsLink;
  readonly asked: AskedPorts;
  readonly echoes: Echoes<ServerCheck>;
}

/** One round of a check after the other: the question, the search for who does not answer, and the conclusion. */
export class Rounds {
  readonly strays = new Strays();
  /** Those that are connected. */
  switches: ReadonlyMap<Dpid, Switch> = new Map();
  readonly #random: Random;
  readonly #places: Places;
  readonly #isLink: IsLink;
  readonly #asked: AskedPorts;
  readonly #echoes: Echoes<ServerCheck>;

  constructor({ random, places, isLink, asked, echoes }: RoundParts) {
    this.#random = random;
    this.#places = places;
    this.#isLink = isLink;
    this.#asked = asked;
    this.#echoes = echoes;
  }

  /** A new round: the question itself where the place is known, ARP for the place where it is not. */
  begin(check: ServerCheck, found: Collected, now: number): void {
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
      check.arp = new ArpProbe(target.ip, target.health.timeoutMs);
      this.#send(held, check.arp.start(now), found);
    }
    if (held !== undefined && !check.isArpTheQuestion) this.#ask(check, held, found, now);
  }

  /** Asks by ARP everywhere: the server may have moved, or only its program is silent. */
  #seek(check: ServerCheck, found: Collected, now: number): void {
    const { ip, health } = check.target;
    check.isSuspect = false;
    check.doubtAt = Number.POSITIVE_INFINITY;
    const frames = check.arp?.repeat();
    check.arp ??= new ArpProbe(ip, health.timeoutMs);
    this.#send(undefined, frames ?? check.arp.start(now), found);
  }

  /** The question itself, to the place. */
  #ask(check: ServerCheck, held: Place, found: Collected, now: number): void {
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
    if (check.asked !== undefined) this.#asked.release(check.asked);
    const local = this.#asked.next(vip, this.#random);
    if (local === undefined) {
      check.rest(now, this.#random);
      return;
    }
    const ends = { local: { mac: vipMac, ip: vip, port: local }, remote: { mac: held.mac, ip, port } };
    check.asked = { check, probe: probeOf(type, ends, health), port: local, at: held, isOver: false };
    check.echo = undefined;
    check.isChannelSure = false;
    this.#asked.add(check.asked);
    this.#send(held, check.asked.probe.start(now, this.#random), found);
  }

  /** Something has to be done for a round that is under way. */
  onDeadline(check: ServerCheck, found: Collected, now: number): void {
    if (now >= check.doubtAt) this.#seek(check, found, now);
    if (check.stray !== undefined && now >= check.strayAt + MOVE_AFTER_MS) this.#follow(check, check.stray, found, now);
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
  #isInDoubt(check: ServerCheck, found: Collected, now: number): boolean {
    const dpid = this.#held(check)?.dpid;
    if (dpid === undefined || check.externalUntil !== undefined) return false;
    const doubt = channelDoubt(this.#echoes, check, dpid, found, now);
    if (doubt === 'dead') {
      check.cancel();
      check.rest(now, this.#random);
    }
    return doubt !== 'none';
  }

  /** The channel has brought all there was: who has not answered by now, did not in time. */
  onEcho(check: ServerCheck, serial: number, found: Collected, now: number): void {
    if (check.echo?.serial !== serial) return;
    check.echo = undefined;
    check.isChannelSure = true;
    this.onDeadline(check, found, now);
    if (!check.isAsking && now >= check.nextAt) this.begin(check, found, now);
  }

  /** An answer to ARP, from wherever. */
  onArpAnswer(check: ServerCheck, place: Place, packet: Packet, found: Collected, now: number): void {
    if (check.target.paused || this.#isLink(place.dpid, place.port)) return;
    const held = this.#held(check);
    if (held !== undefined && !isSamePlace(held, place)) {
      this.stray(check, place, found, now);
      if (check.arp === undefined || check.isHostThere || check.stray !== undefined) return;
      check.stray = place;
      check.strayAt = now;
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
  #follow(check: ServerCheck, to: Place, found: Collected, now: number): void {
    check.stray = undefined;
    if (check.isHostThere || (check.asked?.isOver ?? false)) return;
    check.askedAt = to;
    if (check.type !== 'arp') this.#ask(check, to, found, now);
    else this.conclude(check, { kind: 'answered', ms: 0, reason: 'answers ARP' }, found, now);
  }

  /** A step of the question: what it wants sent, and its outcome, once. */
  take(check: ServerCheck, asked: Asked, { frames, outcome }: Step, found: Collected, now: number): void {
    this.#send(asked.at, frames, found);
    // What was sent just now has to come back, too, before its server is blamed.
    if (frames.length > 0 && now < check.lastAt + ECHO_PATIENCE_MS) check.echo = undefined;
    if (outcome === undefined || asked.isOver) return;
    asked.isOver = true;
    this.conclude(check, outcome, found, now);
  }

  /** The end of a round. */
  conclude(check: ServerCheck, outcome: Outcome, found: Collected, now: number): void {
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

  /** An answer came from where the server is not. */
  stray(check: ServerCheck, from: Place, found: Collected, now: number): void {
    const notice = this.strays.report(check.target.name, from, check.place, now);
    if (notice !== undefined) found.notices.push(notice);
  }

  /** The place, as long as its switch is there. */
  #held({ place }: ServerCheck): Place | undefined {
    return place !== undefined && this.switches.has(place.dpid) ? place : undefined;
  }

  /** To the place alone, or where there is none, everywhere. */
  #send(held: Place | undefined, frames: readonly Uint8Array[], found: Collected): void {
    const from = held === undefined ? [...this.switches.keys()] : [held.dpid];
    const port = held?.port ?? OFPP.ALL;
    for (const frame of frames) for (const dpid of from) found.commands.push(frameOut(dpid, port, frame));
  }
}
