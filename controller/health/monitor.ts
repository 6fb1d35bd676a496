import { OFPP } from '../../openflow/index.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Random } from '../core/clock.ts';
import { probe } from '../core/command.ts';
import type { Dpid } from '../core/dpid.ts';
import type { ExternalOutcome } from '../core/external-probe.ts';
import { frameOut } from '../core/flow.ts';
import { isSamePlace, type Place, placeText } from '../core/place.ts';
import type { Switch } from '../core/switch.ts';
import type { IsLink, Places } from '../network/places.ts';
import { isArpAnswer } from './answer.ts';
import { ArpProbe } from './arp-probe.ts';
import { AskedPorts } from './asked-ports.ts';
import { channelDoubt } from './channel-doubt.ts';
import { Collected } from './collected.ts';
import { DueQueue } from './due-queue.ts';
import { echoedSerial } from './echo.ts';
import { ECHO_PATIENCE_MS, Echoes } from './echoes.ts';
import { externalProbeOf } from './external-probe-of.ts';
import { failureText } from './failure-text.ts';
import type { Findings } from './findings.ts';
import type { Outcome, Step } from './probe.ts';
import { probeOf } from './probe-of.ts';
import { type Asked, MOVE_AFTER_MS, type ServerCheck } from './server-check.ts';
import { ServerChecks } from './server-checks.ts';
import { Strays } from './strays.ts';
import type { Target } from './target.ts';

/** Rounds begun or ended in one tick; what is over that waits for the next one. */
export const WORK_PER_TICK = 200;
/** A probe from the controller's sockets that brings no outcome within its timeout and this is given up. */
const EXTERNAL_GRACE_MS = 1000;

/**
 * Checks the servers: through the switches, in the name of their VIPs, and by what the connections of clients came to. It keeps
 * for each where it is and how it stands; what follows is said in findings.
 */
export class Monitor {
  readonly #random: Random;
  readonly #places: Places;
  readonly #isLink: IsLink;
  readonly #checks: ServerChecks;
  readonly #asked = new AskedPorts();
  readonly #queue = new DueQueue<ServerCheck>();
  readonly #strays = new Strays();
  readonly #echoes = new Echoes<ServerCheck>();
  #switches: ReadonlyMap<Dpid, Switch> = new Map();

  /** `isLink`: no server is found at such a port, only what came through another switch. */
  constructor(random: Random, places: Places, isLink: IsLink) {
    this.#random = random;
    this.#places = places;
    this.#isLink = isLink;
    this.#checks = new ServerChecks(places);
  }

  /**
   * Watches these from now on. A server whose `id`, `ip` and `port` stay keeps its state, others are unknown at first. One that is
   * paused is unknown again when it comes back; its place is remembered.
   */
  setTargets(targets: readonly Target[], now: number): Findings {
    const found = this.#checks.set(targets, check => this.#forget(check), now);
    for (const check of this.#checks) this.#reschedule(check);
    return found;
  }

  /** Sends the probes that are due, and counts those that stayed unanswered. `switches` are those that are connected. */
  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Findings {
    const found = new Collected();
    this.#switches = switches;
    if (switches.size === 0) return found;
    for (let work = 0; work < WORK_PER_TICK; work++) {
      const check = this.#queue.take(now);
      if (check === undefined) break;
      if (check.isAsking) this.#onDeadline(check, found, now);
      else this.#begin(check, found, now);
      this.#reschedule(check);
    }
    return found;
  }

  /** Asks at once those that are not up, without waiting for the next interval: something changed in the network. */
  hurry(): void {
    for (const check of this.#checks) if (check.health.state !== 'up') this.#hasten(check, 0);
  }

  /** Whether a packet answers one of our probes, be it ever so late. */
  isAnswer(packet: Packet): boolean {
    return isArpAnswer(packet) || this.#asked.by(packet) !== undefined || echoedSerial(packet) !== undefined;
  }

  /** Takes an answer. It counts when it comes from the server's place and knows what only the probe told. */
  onAnswer(at: Switch, port: number, packet: Packet, now: number): Findings {
    const found = new Collected();
    const place = { dpid: at.dpid, port, mac: packet.ethernet.src };
    if (isArpAnswer(packet)) {
      for (const check of this.#checks.at(packet.arp!.spa)) this.#onArpAnswer(check, place, packet, found, now);
      return found;
    }
    const serial = echoedSerial(packet);
    if (serial !== undefined) {
      // From any other port it is a host's, and says nothing about the channel.
      if (port === OFPP.CONTROLLER)
        for (const check of this.#echoes.back(at.dpid, serial)) this.#onEcho(check, serial, found, now);
      return found;
    }
    const asked = this.#asked.by(packet);
    if (asked === undefined) return found;
    const { check, probe } = asked;
    if (!isSamePlace(asked.at, place)) this.#stray(check, place, found, now);
    else this.#take(check, asked, probe.onPacket(packet, now), found, now);
    this.#reschedule(check);
    return found;
  }

  /** Whoever is behind a port that went down cannot be reached, and may turn up elsewhere at once. */
  onPortDown(dpid: Dpid, port: number, now: number): Findings {
    const found = new Collected();
    for (const check of [...this.#checks].filter(one => one.isAt(dpid, port))) {
      check.seek(now);
      found.rule(check, check.group.lost(check.health, `its port ${port} went down`));
      this.#reschedule(check);
    }
    return found;
  }

  /** A port turned out to lead to another switch: a server that is believed there and does not answer is somewhere else. */
  onLink(dpid: Dpid, port: number, now: number): void {
    for (const check of [...this.#checks].filter(one => one.isAt(dpid, port) && one.health.state !== 'up')) {
      check.seek(now);
      this.#reschedule(check);
    }
  }

  /** A frame with the MAC address of a server came from where the server is not: it is asked at once whether it moved. */
  onHearsay(from: Place, now: number): Findings {
    const found = new Collected();
    for (const check of this.#checks) {
      if (check.place?.mac !== from.mac) continue;
      const notice = this.#strays.reportFrame(check.target.name, from, check.place, now);
      if (notice !== undefined) found.notices.push(notice);
      check.isSuspect = true;
      if (check.isAsking && check.arp === undefined) check.doubtAt = now;
      this.#hasten(check, Math.max(now, check.startedAt + check.target.health.fastIntervalMs));
      this.#reschedule(check);
    }
    return found;
  }

  /** Probes under way through a switch that is gone say nothing about the servers. */
  onSwitchLost(dpid: Dpid): void {
    this.#echoes.forget(dpid);
    for (const check of this.#checks) {
      if (check.place !== undefined && check.place.dpid !== dpid) continue;
      if (!check.isAsking || check.externalUntil !== undefined) continue;
      check.cancel();
      this.#reschedule(check);
    }
  }

  /** A connection of a client was answered by its server, or was not. */
  onOutcome(id: string, outcome: 'answered' | 'refused' | 'silent', now: number): Findings {
    const found = new Collected();
    const check = this.#checks.get(id);
    if (check === undefined || check.target.paused) return found;
    const { health } = check.target;
    found.rule(check, check.group.observed(check.health, outcome, health.passive, now));
    // A probe knows more than a client's connection; do not wait for its turn.
    if (outcome !== 'answered') this.#hasten(check, Math.max(now, check.startedAt + health.fastIntervalMs));
    return found;
  }

  /** What a probe from the controller's own sockets came to. */
  onExternal(id: string, { ok, ms, reason }: ExternalOutcome, now: number): Findings {
    const found = new Collected();
    const check = this.#checks.get(id);
    if (check?.externalUntil === undefined) return found;
    const outcome: Outcome = ok === true ? { kind: 'answered', ms, reason } : { kind: ok === 'refused' ? ok : 'wrong', reason };
    this.#conclude(check, outcome, found, now);
    this.#reschedule(check);
    return found;
  }

  /** A new round: the question itself where the place is known, ARP for the place where it is not. */
  #begin(check: ServerCheck, found: Collected, now: number): void {
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

  #onDeadline(check: ServerCheck, found: Collected, now: number): void {
    if (now >= check.doubtAt) this.#seek(check, found, now);
    if (check.stray !== undefined && now >= check.strayAt + MOVE_AFTER_MS) this.#follow(check, check.stray, found, now);
    const { asked, arp } = check;
    if (this.#isInDoubt(check, found, now)) return;
    if (asked?.isOver === false && now >= asked.probe.deadline) this.#take(check, asked, asked.probe.onDeadline(now), found, now);
    if (check.externalUntil !== undefined && now >= check.externalUntil)
      this.#conclude(check, { kind: 'silent', reason: 'the probe was not made in time' }, found, now);
    if (arp === undefined || check.arp !== arp) return;
    const { outcome } = arp.onDeadline(now);
    if (outcome === undefined) return;
    if (check.isArpTheQuestion) this.#conclude(check, outcome, found, now);
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
  #onEcho(check: ServerCheck, serial: number, found: Collected, now: number): void {
    if (check.echo?.serial !== serial) return;
    check.echo = undefined;
    check.isChannelSure = true;
    this.#onDeadline(check, found, now);
    if (!check.isAsking && now >= check.nextAt) this.#begin(check, found, now);
    this.#reschedule(check);
  }

  #onArpAnswer(check: ServerCheck, place: Place, packet: Packet, found: Collected, now: number): void {
    if (check.target.paused || this.#isLink(place.dpid, place.port)) return;
    const held = this.#held(check);
    if (held !== undefined && !isSamePlace(held, place)) {
      this.#stray(check, place, found, now);
      if (check.arp === undefined || check.isHostThere || check.stray !== undefined) return;
      check.stray = place;
      check.strayAt = now;
      this.#reschedule(check);
      return;
    }
    const outcome = check.arp?.onPacket(packet, now).outcome;
    if (outcome === undefined) return;
    const isQuestion = check.isArpTheQuestion;
    check.arp = undefined;
    check.isHostThere = true;
    check.stray = undefined;
    if (held === undefined) this.#places.pin(check.target.ip, place, now);
    if (isQuestion && check.type === 'arp') this.#conclude(check, outcome, found, now);
    else if (isQuestion) this.#ask(check, place, found, now);
    this.#reschedule(check);
  }

  /** The host is silent at its place, and answers ARP at another one: the question goes there, and the place is that one if it is answered. */
  #follow(check: ServerCheck, to: Place, found: Collected, now: number): void {
    check.stray = undefined;
    if (check.isHostThere || (check.asked?.isOver ?? false)) return;
    check.askedAt = to;
    if (check.type !== 'arp') this.#ask(check, to, found, now);
    else this.#conclude(check, { kind: 'answered', ms: 0, reason: 'answers ARP' }, found, now);
  }

  /** A step of the question: what it wants sent, and its outcome, once. */
  #take(check: ServerCheck, asked: Asked, { frames, outcome }: Step, found: Collected, now: number): void {
    this.#send(asked.at, frames, found);
    // What was sent just now has to come back, too, before its server is blamed.
    if (frames.length > 0 && now < check.lastAt + ECHO_PATIENCE_MS) check.echo = undefined;
    if (outcome === undefined || asked.isOver) return;
    asked.isOver = true;
    this.#conclude(check, outcome, found, now);
  }

  /** The end of a round. */
  #conclude(check: ServerCheck, outcome: Outcome, found: Collected, now: number): void {
    const { group, health, target, type, askedAt } = check;
    if (outcome.kind === 'answered') {
      // From the controller's own sockets, or by ARP, the answer says nothing new of the place.
      if (askedAt !== undefined) this.#places.pin(target.ip, askedAt, now);
      const place = check.place!;
      if ((type === 'tcp' || type === 'http') && now <= check.lastAt) found.samples.push({ id: target.id, ms: outcome.ms });
      const reason = `${outcome.reason} at port ${place.port} as ${place.mac}`;
      found.rule(check, group.answered(health, target.health, reason, now));
      if (health.state === 'up' && !isSamePlace(place, check.told!))
        found.rule(check, { change: { state: 'up', reason: `moved to ${placeText(place)}` } });
    } else {
      const isFinal = outcome.kind === 'refused';
      found.rule(check, group.failed(health, target.health, { isFinal, reason: failureText(check, outcome) }));
      if (check.isUnseenNews(now)) found.notices.push(`${target.name} has not been up yet: ${outcome.reason}`);
    }
    check.finish(outcome.kind === 'silent', now, this.#random);
  }

  #stray(check: ServerCheck, from: Place, found: Collected, now: number): void {
    const told = this.#strays.report(check.target.name, from, check.place, now);
    if (told !== undefined) found.notices.push(told);
  }

  /** The place, as long as its switch is there. */
  #held({ place }: ServerCheck): Place | undefined {
    return place !== undefined && this.#switches.has(place.dpid) ? place : undefined;
  }

  /** To the place alone, or where there is none, everywhere. */
  #send(held: Place | undefined, frames: readonly Uint8Array[], found: Collected): void {
    const from = held === undefined ? [...this.#switches.keys()] : [held.dpid];
    const port = held?.port ?? OFPP.ALL;
    for (const frame of frames) for (const dpid of from) found.commands.push(frameOut(dpid, port, frame));
  }

  /** Begins the next round at `at`, unless one is under way or begins sooner. */
  #hasten(check: ServerCheck, at: number): void {
    if (check.target.paused || check.isAsking || check.nextAt <= at) return;
    check.nextAt = at;
    this.#reschedule(check);
  }

  #reschedule(check: ServerCheck): void {
    this.#queue.put(check, check.target.paused ? Number.POSITIVE_INFINITY : check.wakeAt);
  }

  #forget(check: ServerCheck): void {
    this.#queue.put(check, Number.POSITIVE_INFINITY);
    this.#strays.forget(check.target.name);
    if (check.asked !== undefined) this.#asked.release(check.asked);
  }
}
