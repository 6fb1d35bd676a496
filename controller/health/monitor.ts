import { OFPP } from '../../openflow/index.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Random } from '../core/clock.ts';
import type { HealthConfig } from '../core/config.ts';
import type { Dpid } from '../core/dpid.ts';
import { entryOf } from '../core/entry-of.ts';
import { frameOut } from '../core/flow.ts';
import { isSameLocation, type Location } from '../core/location.ts';
import type { Switch } from '../core/switch.ts';
import { isArpAnswer, numberOf } from './answer.ts';
import { ArpProbe } from './arp-probe.ts';
import { Collected } from './collected.ts';
import { DueQueue } from './due-queue.ts';
import { echoedSerial, echoFrame } from './echo.ts';
import { ECHO_PATIENCE_MS, Echoes } from './echoes.ts';
import { type ExternalProbe, externalProbe } from './external-probe.ts';
import type { Findings } from './findings.ts';
import { HttpProbe } from './http-probe.ts';
import { IcmpProbe } from './icmp-probe.ts';
import type { Ends, Outcome, Probe, Step } from './probe.ts';
import { ProbePorts } from './probe-ports.ts';
import { type Asked, SETTLING_MS, type Watch } from './server-check.ts';
import { Roster } from './server-checks.ts';
import { placeText, Strays } from './strays.ts';
import type { ProbeType, Target } from './target.ts';
import { TcpProbe } from './tcp-probe.ts';

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
  readonly #isBetweenSwitches: (dpid: Dpid, port: number) => boolean;
  readonly #roster = new Roster();
  readonly #ports = new Map<string, ProbePorts<Asked>>();
  readonly #queue = new DueQueue<Watch>();
  readonly #strays = new Strays();
  readonly #echoes = new Echoes<Watch>();
  #external: ExternalProbe[] = [];
  #switches: ReadonlyMap<Dpid, Switch> = new Map();

  /** `isBetweenSwitches`: no server is found at such a port, only what came through another switch. */
  constructor(random: Random, isBetweenSwitches: (dpid: Dpid, port: number) => boolean = () => false) {
    this.#random = random;
    this.#isBetweenSwitches = isBetweenSwitches;
  }

  /**
   * Watches these from now on. A server whose `id`, `ip` and `port` stay keeps its state, others are unknown at first. One that is
   * paused is unknown again when it comes back; its place is remembered.
   */
  setTargets(targets: readonly Target[], now: number): Findings {
    const found = this.#roster.set(targets, watch => this.#forget(watch), now);
    for (const watch of this.#roster) this.#reschedule(watch);
    return found;
  }

  /** Sends the probes that are due, and counts those that stayed unanswered. `switches` are those that are connected. */
  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Findings {
    const found = new Collected();
    this.#switches = switches;
    if (switches.size === 0) return found;
    for (let work = 0; work < WORK_PER_TICK; work++) {
      const watch = this.#queue.take(now);
      if (watch === undefined) break;
      if (watch.isAsking) this.#onDeadline(watch, found, now);
      else this.#begin(watch, found, now);
      this.#reschedule(watch);
    }
    return found;
  }

  /** Asks at once those that are not up, without waiting for the next interval: something changed in the network. */
  hurry(): void {
    for (const watch of this.#roster) if (watch.standing.state !== 'up') this.#hasten(watch, 0);
  }

  /** Whether a packet answers one of our probes, be it ever so late. */
  isAnswer(packet: Packet): boolean {
    return isArpAnswer(packet) || this.#askedBy(packet) !== undefined || echoedSerial(packet) !== undefined;
  }

  /** Takes an answer. It counts when it comes from the server's place and knows what only the probe told. */
  onAnswer(at: Switch, port: number, packet: Packet, now: number): Findings {
    const found = new Collected();
    const location = { dpid: at.dpid, port, mac: packet.ethernet.src };
    if (isArpAnswer(packet)) {
      for (const watch of this.#roster.at(packet.arp!.spa)) this.#onArpAnswer(watch, location, packet, found, now);
      return found;
    }
    const serial = echoedSerial(packet);
    if (serial !== undefined) {
      // From any other port it is a host's, and says nothing about the channel.
      if (port === OFPP.CONTROLLER)
        for (const watch of this.#echoes.back(at.dpid, serial)) this.#onEcho(watch, serial, found, now);
      return found;
    }
    const asked = this.#askedBy(packet);
    if (asked === undefined) return found;
    const { watch, probe } = asked;
    const held = watch.pin.location;
    if (held === undefined || !isSameLocation(held, location)) this.#stray(watch, location, found, now);
    else this.#take(watch, asked, probe.onPacket(packet, now), found, now);
    this.#reschedule(watch);
    return found;
  }

  /** Whoever is behind a port that went down cannot be reached, and may turn up elsewhere at once. */
  onPortDown(dpid: Dpid, port: number, now: number): Findings {
    const found = new Collected();
    for (const watch of this.#roster) {
      if (!watch.pin.isAt(dpid, port)) continue;
      watch.seek(now);
      found.rule(watch, watch.group.lost(watch.standing, `its port ${port} went down`));
      this.#reschedule(watch);
    }
    return found;
  }

  /** A port turned out to lead to another switch: a server that is believed there and does not answer is somewhere else. */
  onLink(dpid: Dpid, port: number, now: number): void {
    for (const watch of this.#roster) {
      if (!watch.pin.isAt(dpid, port) || watch.standing.state === 'up') continue;
      watch.seek(now);
      this.#reschedule(watch);
    }
  }

  /** Probes under way through a switch that is gone say nothing about the servers. */
  onSwitchLost(dpid: Dpid): void {
    this.#echoes.forget(dpid);
    for (const watch of this.#roster) {
      if (watch.pin.location !== undefined && watch.pin.location.dpid !== dpid) continue;
      if (!watch.isAsking || watch.externalUntil !== undefined) continue;
      watch.cancel();
      this.#reschedule(watch);
    }
  }

  /** A connection of a client was answered by its server, or was not. */
  onOutcome(id: string, outcome: 'answered' | 'refused' | 'silent', now: number): Findings {
    const found = new Collected();
    const watch = this.#roster.get(id);
    if (watch === undefined || watch.target.paused) return found;
    const { health } = watch.target;
    found.rule(watch, watch.group.observed(watch.standing, outcome, health.passive, now));
    // A probe knows more than a client's connection; do not wait for its turn.
    if (outcome !== 'answered') this.#hasten(watch, Math.max(now, watch.startedAt + health.fastIntervalMs));
    return found;
  }

  /** The probes for the controller's own sockets that are due; each is given once. */
  externalDue(): readonly ExternalProbe[] {
    const due = this.#external;
    this.#external = [];
    return due;
  }

  /** What a probe from the controller's own sockets came to. `ok: 'refused'`: the server says itself that nothing is there. */
  onExternal(id: string, ok: boolean | 'refused', ms: number, reason: string, now: number): Findings {
    const found = new Collected();
    const watch = this.#roster.get(id);
    if (watch?.externalUntil === undefined) return found;
    const outcome: Outcome = ok === true ? { kind: 'answered', ms, reason } : { kind: ok === 'refused' ? ok : 'wrong', reason };
    if (ok === true) watch.pin.touch(now);
    this.#conclude(watch, outcome, found, now);
    this.#reschedule(watch);
    return found;
  }

  /** A new round: the question itself where the place is known, ARP for the place where it is not. */
  #begin(watch: Watch, found: Collected, now: number): void {
    const { target, type } = watch;
    const held = watch.pin.held(this.#switches, now);
    watch.startedAt = now;
    watch.lastAt = now + target.health.timeoutMs;
    watch.firstAt ??= now;
    watch.isArpTheQuestion = held === undefined || type === 'arp';
    if (watch.isArpTheQuestion || watch.wasSilent) {
      watch.arp = new ArpProbe(target.ip, target.health.timeoutMs);
      this.#send(held, watch.arp.start(now), found);
    }
    if (held !== undefined && !watch.isArpTheQuestion) this.#ask(watch, held, found, now);
  }

  /** The question itself, to the place. */
  #ask(watch: Watch, held: Location, found: Collected, now: number): void {
    const { target, type, port } = watch;
    const { ip, vip, vipMac, health } = target;
    watch.isArpTheQuestion = false;
    watch.lastAt = now + health.timeoutMs;
    if (health.from === 'controller') {
      watch.externalUntil = now + health.timeoutMs + EXTERNAL_GRACE_MS;
      this.#external.push(externalProbe(watch));
      return;
    }
    const ports = entryOf(this.#ports, vip, () => new ProbePorts<Asked>());
    if (watch.asked !== undefined) ports.release(watch.asked.port, watch.asked);
    const local = ports.next(this.#random);
    if (local === undefined) {
      watch.rest(now, this.#random);
      return;
    }
    const ends = { local: { mac: vipMac, ip: vip, port: local }, remote: { mac: held.mac, ip, port } };
    const probe = probeOf(type, ends, health);
    watch.asked = { watch, probe, port: local, isOver: false };
    ports.set(local, watch.asked);
    this.#send(held, probe.start(now, this.#random), found);
  }

  #onDeadline(watch: Watch, found: Collected, now: number): void {
    const { asked, arp } = watch;
    if (this.#isInDoubt(watch, found, now)) return;
    if (asked?.isOver === false && now >= asked.probe.deadline) this.#take(watch, asked, asked.probe.onDeadline(now), found, now);
    if (watch.externalUntil !== undefined && now >= watch.externalUntil)
      this.#conclude(watch, { kind: 'silent', reason: 'the probe was not made in time' }, found, now);
    if (arp === undefined || watch.arp !== arp) return;
    const { outcome } = arp.onDeadline(now);
    if (outcome === undefined) return;
    if (watch.isArpTheQuestion) this.#conclude(watch, outcome, found, now);
    else watch.arp = undefined;
  }

  /** Whether the server may still have answered in time: a slow control channel is not its fault. */
  #isInDoubt(watch: Watch, found: Collected, now: number): boolean {
    const dpid = watch.pin.held(this.#switches, now)?.dpid;
    if (dpid === undefined || watch.externalUntil !== undefined || watch.isChannelSure) return false;
    if (now < watch.lastAt || !this.#echoes.isAsked(dpid)) return false;
    if (watch.echo === undefined) {
      const { serial, isNew } = this.#echoes.ask(dpid, watch, now);
      watch.echo = { serial, until: now + ECHO_PATIENCE_MS };
      if (isNew) found.commands.push(frameOut(dpid, OFPP.CONTROLLER, echoFrame(serial)));
      return true;
    }
    if (now < watch.echo.until) return true;
    this.#echoes.missed(dpid);
    if (!this.#echoes.isAble(dpid)) return false;
    // The channel is as good as dead: nothing can be said of the server.
    watch.cancel();
    watch.rest(now, this.#random);
    return true;
  }

  /** The channel has brought all there was: who has not answered by now, did not in time. */
  #onEcho(watch: Watch, serial: number, found: Collected, now: number): void {
    if (watch.echo?.serial !== serial) return;
    watch.echo = undefined;
    watch.isChannelSure = true;
    this.#onDeadline(watch, found, now);
    if (!watch.isAsking && now >= watch.nextAt) this.#begin(watch, found, now);
    this.#reschedule(watch);
  }

  #onArpAnswer(watch: Watch, location: Location, packet: Packet, found: Collected, now: number): void {
    if (watch.target.paused || this.#isBetweenSwitches(location.dpid, location.port)) return;
    if (!watch.pin.accepts(location, this.#switches, now)) {
      this.#stray(watch, location, found, now);
      return;
    }
    const outcome = watch.arp?.onPacket(packet, now).outcome;
    if (outcome === undefined) return;
    const isQuestion = watch.isArpTheQuestion;
    watch.arp = undefined;
    watch.isHostThere = true;
    watch.pin.set(location, now);
    if (isQuestion && watch.type === 'arp') this.#conclude(watch, outcome, found, now);
    else if (isQuestion) this.#ask(watch, location, found, now);
    this.#reschedule(watch);
  }

  /** A step of the question: what it wants sent, and its outcome, once. */
  #take(watch: Watch, asked: Asked, { frames, outcome }: Step, found: Collected, now: number): void {
    this.#send(watch.pin.location, frames, found);
    // What was sent just now has to come back, too, before its server is blamed.
    if (frames.length > 0 && now < watch.lastAt + ECHO_PATIENCE_MS) watch.echo = undefined;
    if (outcome === undefined || asked.isOver) return;
    asked.isOver = true;
    // Only what came out of the server's place says that it is there.
    if (outcome.kind !== 'silent') watch.pin.touch(now);
    this.#conclude(watch, outcome, found, now);
  }

  /** The end of a round. */
  #conclude(watch: Watch, outcome: Outcome, found: Collected, now: number): void {
    const { group, standing, target, type, pin } = watch;
    const { location } = pin;
    if (outcome.kind === 'answered') {
      if ((type === 'tcp' || type === 'http') && now <= watch.lastAt) found.samples.push({ id: target.id, ms: outcome.ms });
      const reason = `${outcome.reason} at port ${location!.port} as ${location!.mac}`;
      found.rule(watch, group.answered(standing, target.health, reason, now));
      if (standing.state === 'up' && !isSameLocation(location!, watch.told!))
        found.rule(watch, { change: { state: 'up', reason: `moved to ${placeText(location!)}` } });
    } else {
      const isFinal = outcome.kind === 'refused';
      found.rule(watch, group.failed(standing, target.health, { isFinal, reason: failureText(watch, outcome) }));
      this.#tellUnseen(watch, outcome, found, now);
    }
    watch.finish(outcome.kind === 'silent', now, this.#random);
  }

  /** A server that never came up is in no change; people are told once all the same. */
  #tellUnseen(watch: Watch, { reason }: Outcome, found: Collected, now: number): void {
    if (watch.standing.state !== 'unknown' || watch.isUnseenTold || now - watch.firstAt! < SETTLING_MS) return;
    watch.isUnseenTold = true;
    found.notices.push(`${watch.target.id} has not been up yet: ${reason}`);
  }

  #stray(watch: Watch, from: Location, found: Collected, now: number): void {
    const told = this.#strays.tell(watch.target.id, from, watch.pin.location, now);
    if (told !== undefined) found.notices.push(told);
  }

  #askedBy(packet: Packet): Asked | undefined {
    const ports = packet.ipv4 && this.#ports.get(packet.ipv4.dst);
    const number = ports && numberOf(packet);
    const asked = number && ports.get(number.local);
    if (asked === undefined || asked.watch.target.ip !== packet.ipv4!.src) return undefined;
    return number!.remote === undefined || number!.remote === asked.watch.port ? asked : undefined;
  }

  /** To the place alone, or where there is none, everywhere. */
  #send(held: Location | undefined, frames: readonly Uint8Array[], found: Collected): void {
    const from = held === undefined ? [...this.#switches.keys()] : [held.dpid];
    const port = held?.port ?? OFPP.ALL;
    for (const frame of frames) for (const dpid of from) found.commands.push(frameOut(dpid, port, frame));
  }

  /** Begins the next round at `at`, unless one is under way or begins sooner. */
  #hasten(watch: Watch, at: number): void {
    if (watch.target.paused || watch.isAsking || watch.nextAt <= at) return;
    watch.nextAt = at;
    this.#reschedule(watch);
  }

  #reschedule(watch: Watch): void {
    this.#queue.put(watch, watch.target.paused ? Number.POSITIVE_INFINITY : watch.wakeAt);
  }

  #forget(watch: Watch): void {
    this.#queue.put(watch, Number.POSITIVE_INFINITY);
    this.#strays.forget(watch.target.id);
    if (watch.asked !== undefined) this.#ports.get(watch.target.vip)?.release(watch.asked.port, watch.asked);
  }
}

function probeOf(type: ProbeType, ends: Ends, { timeoutMs, http }: HealthConfig): Probe {
  switch (type) {
    case 'arp':
      return new ArpProbe(ends.remote.ip, timeoutMs);
    case 'icmp':
      return new IcmpProbe(ends, timeoutMs);
    case 'tcp':
      return new TcpProbe(ends, timeoutMs);
    case 'http':
      return new HttpProbe(ends, http, timeoutMs);
  }
}

/** What a failed probe adds up to. */
function failureText({ standing, type, isHostThere, isArpTheQuestion }: Watch, { kind, reason }: Outcome): string {
  if (kind === 'refused') return reason;
  const count = standing.misses + 1;
  const name = type.toUpperCase();
  const probes = count === 1 ? `${type === 'tcp' ? 'a' : 'an'} ${name} probe` : `${count} ${name} probes in a row`;
  if (kind === 'wrong') return `${probes} failed: ${reason}`;
  if (type === 'arp') return `${probes} unanswered`;
  const host = isArpTheQuestion ? 'nobody answers ARP' : isHostThere ? 'the host answers ARP' : '';
  return `${probes} unanswered${host && ` (${host})`}`;
}
