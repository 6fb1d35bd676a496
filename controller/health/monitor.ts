import { OFPP } from '../../openflow/index.ts';
import { ARP_OP } from '../../openflow/packet/arp.ts';
import { arpRequest } from '../../openflow/packet/arp-message.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Random } from '../core/clock.ts';
import type { Command } from '../core/command.ts';
import type { Dpid } from '../core/dpid.ts';
import { packetOut } from '../core/flow.ts';
import { isSameLocation, type Location } from '../core/location.ts';
import type { Switch } from '../core/switch.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';
import { type Findings, type HealthChange, nothing } from './findings.ts';
import type { Target } from './target.ts';

interface Watch {
  readonly target: Target;
  state: 'unknown' | 'up' | 'down';
  location: Location | undefined;
  nextAt: number;
  /** When the probe that is not answered yet was sent. */
  sentAt: number | undefined;
  /** Answers, or missing answers, in a row. */
  hits: number;
  misses: number;
}

/**
 * Learns where the servers are, and whether they are there, by ARP probes through the switches (RFC 5227, 2.1.1: the sender
 * address is 0.0.0.0, so no address in the data network is needed and nobody learns anything wrong).
 */
export class Monitor {
  #watches: readonly Watch[] = [];

  constructor(_random: Random) {}

  /** Watches these from now on. */
  setTargets(targets: readonly Target[], _now: number): void {
    this.#watches = targets.map(target => {
      return { target, state: 'unknown', location: undefined, nextAt: 0, sentAt: undefined, hits: 0, misses: 0 };
    });
  }

  /** Sends the probes that are due, and counts those that stayed unanswered. */
  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Findings {
    const changes = this.#watches.flatMap(watch => this.#countSilence(watch, now));
    const commands = this.#watches.flatMap(watch => {
      if (now < watch.nextAt || watch.sentAt !== undefined || switches.size === 0) return [];
      watch.nextAt = now + watch.target.health.intervalMs;
      watch.sentAt = now;
      return probe(watch, switches);
    });
    return { ...nothing, commands, changes };
  }

  /** Asks at once, without waiting for the next interval: something changed in the network. */
  hurry(): void {
    for (const watch of this.#watches) if (watch.state !== 'up' && watch.sentAt === undefined) watch.nextAt = 0;
  }

  /** Whether a packet answers one of our probes. */
  isAnswer({ ethernet, arp }: Packet): boolean {
    return arp !== undefined && arp.op === ARP_OP.REPLY && ethernet.dst === PROBE_MAC;
  }

  /** Takes an answer that was asked for, from the place that was asked; anything else changes nothing. */
  onAnswer(at: Switch, port: number, { ethernet, arp }: Packet, now: number): Findings {
    if (arp === undefined || arp.sha !== ethernet.src || arp.tha !== PROBE_MAC) return nothing;
    const location = { dpid: at.dpid, port, mac: arp.sha };
    const changes = this.#watches
      .filter(({ target, sentAt }) => target.ip === arp.spa && sentAt !== undefined && now - sentAt <= target.health.timeoutMs)
      .flatMap(watch => this.#countAnswer(watch, location));
    return { ...nothing, changes };
  }

  /** Whoever is behind a port that went down cannot be reached. */
  onPortDown(dpid: Dpid, port: number, _now: number): Findings {
    const changes = this.#watches
      .filter(({ location, state }) => state === 'up' && location?.dpid === dpid && location.port === port)
      .flatMap(watch => takeDown(watch, `its port ${port} went down`));
    return { ...nothing, changes };
  }

  onSwitchLost(_dpid: Dpid): void {}

  #countAnswer(watch: Watch, location: Location): HealthChange[] {
    const { state, location: known, target } = watch;
    const elsewhere = known !== undefined && !isSameLocation(known, location);
    // As long as the known place answers, an answer from another one is somebody else's.
    if (elsewhere && state === 'up' && watch.misses === 0) return [];
    watch.sentAt = undefined;
    watch.misses = 0;
    watch.hits = elsewhere ? 1 : watch.hits + 1;
    watch.location = location;
    const needed = state === 'unknown' ? 1 : target.health.rise;
    if (state === 'up') return elsewhere ? [{ id: target.id, state, location, reason: `moved to port ${location.port}` }] : [];
    if (watch.hits < needed) return [];
    watch.state = 'up';
    return [{ id: target.id, state: 'up', location, reason: `answers ARP at port ${location.port} as ${location.mac}` }];
  }

  #countSilence(watch: Watch, now: number): HealthChange[] {
    const { sentAt, target, state } = watch;
    if (sentAt === undefined || now - sentAt < target.health.timeoutMs) return [];
    watch.sentAt = undefined;
    watch.hits = 0;
    watch.misses += 1;
    return state === 'up' && watch.misses >= target.health.fall
      ? takeDown(watch, `${watch.misses} ARP probes in a row unanswered`)
      : [];
  }
}

function takeDown(watch: Watch, reason: string): HealthChange[] {
  watch.state = 'down';
  watch.hits = 0;
  watch.sentAt = undefined;
  return [{ id: watch.target.id, state: 'down', location: undefined, reason }];
}

/** To the known place alone while it answers; otherwise everywhere. */
function probe({ target, state, location, misses }: Watch, switches: ReadonlyMap<Dpid, Switch>): Command[] {
  const frame = arpRequest({ senderMac: PROBE_MAC, targetIp: target.ip });
  const isKnown = state === 'up' && misses === 0 && location !== undefined && switches.has(location.dpid);
  const [from, port] = isKnown ? [[location.dpid], location.port] : [[...switches.keys()], OFPP.ALL];
  return from.map(dpid => packetOut(dpid, OFPP.CONTROLLER, [{ type: 'output', port }], frame));
}
