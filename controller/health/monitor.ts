import { OFPP } from '../../openflow/index.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Random } from '../core/clock.ts';
import type { Dpid } from '../core/dpid.ts';
import type { ExternalOutcome } from '../core/external-probe.ts';
import { isSamePlace, type Place } from '../core/place.ts';
import type { Switch } from '../core/switch.ts';
import type { IsLink, Places } from '../network/places.ts';
import { isArpAnswer } from './arp-probe.ts';
import { DueQueue } from './due-queue.ts';
import { echoedSerial } from './echoes.ts';
import { Findings } from './findings.ts';
import type { Outcome } from './probe.ts';
import { Rounds } from './rounds.ts';
import type { ServerCheck } from './server-check.ts';
import { ServerChecks } from './server-checks.ts';
import type { Target } from './target.ts';

/** Rounds begun or ended in one tick; what is over that waits for the next one. */
export const WORK_PER_TICK = 200;

/**
 * Checks the servers: through the switches, in the name of their VIPs, and by what the connections of clients came to. It keeps
 * for each where it is and how it stands; what follows is said in findings.
 */
export class Monitor {
  readonly #places: Places;
  readonly #checks: ServerChecks;
  readonly #queue = new DueQueue<ServerCheck>();
  readonly #rounds: Rounds;

  /** `isLink`: no server is found at such a port, only what came through another switch. */
  constructor(random: Random, places: Places, isLink: IsLink) {
    this.#places = places;
    this.#checks = new ServerChecks(places);
    this.#rounds = new Rounds(random, places, isLink);
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
    const found = new Findings();
    this.#rounds.switches = switches;
    if (switches.size === 0) return found;
    for (let work = 0; work < WORK_PER_TICK; work++) {
      const check = this.#queue.take(now);
      if (check === undefined) break;
      if (check.isAsking) this.#rounds.onDeadline(check, found, now);
      else this.#rounds.begin(check, found, now);
      this.#reschedule(check);
    }
    return found;
  }

  /** Asks at once those that are not up, without waiting for the next interval: something changed in the network. */
  hurry(): void {
    for (const check of this.#checks) if (check.health.state !== 'up') this.#hasten(check, 0);
  }

  /** All rounds begin anew. */
  restart(now: number): void {
    for (const check of this.#checks) {
      check.cancel();
      check.nextAt = now;
      this.#reschedule(check);
    }
  }

  /** Whether a packet answers one of our probes, be it ever so late. */
  isAnswer(packet: Packet): boolean {
    return isArpAnswer(packet) || this.#rounds.asked.by(packet) !== undefined || echoedSerial(packet) !== undefined;
  }

  /** Takes an answer. It counts when it comes from the server's place and knows what only the probe told. */
  onAnswer(at: Switch, port: number, packet: Packet, now: number): Findings {
    const found = new Findings();
    const place = { dpid: at.dpid, port, mac: packet.ethernet.src };
    if (isArpAnswer(packet)) {
      for (const check of this.#checks.at(packet.arp!.spa)) {
        this.#rounds.onArpAnswer(check, place, packet, found, now);
        this.#reschedule(check);
      }
      return found;
    }
    const serial = echoedSerial(packet);
    if (serial !== undefined) {
      // From any other port it is a host's, and says nothing about the channel.
      if (port === OFPP.CONTROLLER)
        for (const check of this.#rounds.echoes.back(at.dpid, serial)) {
          this.#rounds.onEcho(check, serial, found, now);
          this.#reschedule(check);
        }
      return found;
    }
    const asked = this.#rounds.asked.by(packet);
    if (asked === undefined) return found;
    const { check, probe } = asked;
    if (!isSamePlace(asked.at, place)) this.#rounds.stray('answer', check, place, found, now);
    else this.#rounds.take(check, asked, probe.onPacket(packet, now), found, now);
    this.#reschedule(check);
    return found;
  }

  /** Whoever is behind a port that went down cannot be reached, and may turn up elsewhere at once. */
  onPortDown(dpid: Dpid, port: number, now: number): Findings {
    const found = new Findings();
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
    const found = new Findings();
    for (const check of this.#places.pinnedUnder(from.mac).flatMap(ip => [...this.#checks.at(ip)])) {
      this.#rounds.stray('frame', check, from, found, now);
      check.isSuspect = true;
      if (check.isAsking && check.arp === undefined) check.doubtAt = now;
      this.#hasten(check, Math.max(now, check.startedAt + check.target.health.fastIntervalMs));
      this.#reschedule(check);
    }
    return found;
  }

  /** Probes under way through a switch that is gone say nothing about the servers. */
  onSwitchLost(dpid: Dpid): void {
    this.#rounds.echoes.forget(dpid);
    for (const check of this.#checks) {
      if (check.place !== undefined && check.place.dpid !== dpid) continue;
      if (!check.isAsking || check.externalUntil !== undefined) continue;
      check.cancel();
      this.#reschedule(check);
    }
  }

  /** A connection of a client was answered by its server, or was not. */
  onOutcome(id: string, outcome: 'answered' | 'refused' | 'silent', now: number): Findings {
    const found = new Findings();
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
    const found = new Findings();
    const check = this.#checks.get(id);
    if (check?.externalUntil === undefined) return found;
    const outcome: Outcome = ok === true ? { kind: 'answered', ms, reason } : { kind: ok === 'refused' ? ok : 'wrong', reason };
    this.#rounds.conclude(check, outcome, found, now);
    this.#reschedule(check);
    return found;
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
    this.#rounds.strays.forget(check.target.name);
    if (check.asked !== undefined) this.#rounds.asked.release(check.asked);
  }
}
