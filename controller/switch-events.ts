import { type MessageOf, OFPPR, OFPRR } from '../openflow/index.ts';
import { dissect } from '../openflow/packet/dissect.ts';
import type { Balancer } from './connections/balancer.ts';
import { answerArp } from './connections/vip-arp.ts';
import { type Command, log } from './core/command.ts';
import { readCookie } from './core/cookie.ts';
import type { DesiredState } from './core/desired-state.ts';
import type { SwitchEvent } from './core/event.ts';
import type { Sequence } from './core/events.ts';
import { refusedCookie } from './core/flow.ts';
import { type Installed, isUp, type Switch } from './core/switch.ts';
import type { Network } from './network/network.ts';
import { notePortLoads } from './pool/port-load.ts';
import type { Services } from './pool/services.ts';
import type { ServerHealth } from './server-health.ts';
import type { Reconciler } from './switches/reconciler.ts';

/** Who gets to see what a switch reports. */
export interface SwitchParts {
  readonly sequence: Sequence;
  readonly services: Services;
  readonly network: Network;
  readonly balancer: Balancer;
  readonly health: ServerHealth;
  readonly reconciler: Reconciler;
  /** What the services of the configuration in force need in a switch. */
  readonly servicesIn: (at: Switch) => DesiredState;
}

/** The order in which the parts see what a switch reports. */
export class SwitchEvents {
  readonly #parts: SwitchParts;

  constructor(parts: SwitchParts) {
    this.#parts = parts;
  }

  on(event: SwitchEvent, at: Switch, now: number): Command[] {
    switch (event.type) {
      case 'ready':
        return this.#onReady(at, event.installed, now);
      case 'lost':
        return this.#onLost(at, event.reason, now);
      case 'packetIn':
        return this.#onPacketIn(at, event.message, now);
      case 'flowRemoved':
        return this.#onFlowRemoved(at, event.message, now);
      case 'portStatus':
        return this.#onPortStatus(at, event.message, now);
      case 'reply':
        return this.#onReply(at, event.message, now);
      case 'error':
        return this.#onError(at, event.message, event.explained, now);
    }
  }

  /** Takes over what the switch carries, and gives it what it lacks. */
  #onReady(at: Switch, installed: Installed, now: number): Command[] {
    const { dpid } = at;
    const isDesired = ({ cookie }: { cookie: bigint }) => readCookie(cookie)?.owner !== 'connection';
    this.#parts.health.hurry();
    this.#parts.network.onReady(at, installed.flows, now);
    this.#parts.reconciler.begin(dpid, { ...installed, flows: installed.flows.filter(isDesired) }, now);
    const sections = [...this.#parts.network.sections(at, this.#parts.servicesIn(at))];
    return [
      ...this.#parts.balancer.carrier.onSwitchReady(at, installed.flows, now),
      ...sections.flatMap(([section, state]) => this.#parts.reconciler.want(dpid, section, state)),
      ...this.#parts.reconciler.settle(dpid),
    ];
  }

  #onLost({ dpid, address }: Switch, reason: string, now: number): Command[] {
    this.#parts.health.onSwitchLost(dpid);
    this.#parts.network.onLost(dpid);
    this.#parts.reconciler.forget(dpid);
    return [log({ ...this.#parts.sequence.next('switch', now), dpid, address, state: 'lost', reason })];
  }

  #onPacketIn(at: Switch, { match, data, cookie }: MessageOf<'packetIn'>, now: number): Command[] {
    const { inPort } = match;
    const packet = dissect(data);
    if (typeof inPort !== 'number' || packet.malformed?.layer === 'ethernet') return [];
    const arrival = { at, inPort, frame: data, packet };
    if (readCookie(cookie)?.owner === 'observation') return this.#parts.balancer.carrier.onObserved(arrival, now);
    const { links, places } = this.#parts.network;
    if (links.isDiscovery(packet)) {
      // What was found there is behind another switch.
      if (links.onFrame(at, inPort, packet, now)) this.#parts.health.onLink(at.dpid, inPort, now);
      return [];
    }
    if (this.#parts.health.isAnswer(packet)) return this.#parts.health.onAnswer(at, inPort, packet, now);
    const from = { dpid: at.dpid, port: inPort, mac: packet.ethernet.src };
    const suspected = places.hear(from, now) === 'hearsay' ? this.#parts.health.onHearsay(from, now) : [];
    const isForVip = this.#parts.services.isForVip(packet);
    places.sight(packet, isForVip);
    if (isForVip) return suspected.concat(this.#parts.balancer.onPacket(arrival, now));
    return [...suspected, ...answerArp(at, inPort, packet, this.#parts.services.vips)];
  }

  #onFlowRemoved(at: Switch, message: MessageOf<'flowRemoved'>, now: number): Command[] {
    const { cookie, reason, match } = message;
    const { ethSrc, inPort } = match;
    const isConnection = readCookie(cookie)?.owner === 'connection';
    if (isConnection || reason !== OFPRR.IDLE_TIMEOUT) this.#parts.reconciler.onFlowRemoved(at.dpid, message, now);
    if (isConnection) return this.#parts.balancer.carrier.onFlowRemoved(at, message, now);
    if (reason !== OFPRR.IDLE_TIMEOUT || typeof ethSrc !== 'string' || typeof inPort !== 'number') return [];
    // Flows of connections pass the learning table by: whoever uses one is there, however silent the table finds it.
    const { places } = this.#parts.network;
    if (places.isPinned(ethSrc) || this.#parts.balancer.carrier.connections.isUsed(at.dpid, ethSrc))
      return this.#parts.reconciler.renew(at.dpid, message);
    places.forget(at.dpid, ethSrc, inPort);
    return [];
  }

  #onPortStatus(at: Switch, { reason, desc }: MessageOf<'portStatus'>, now: number): Command[] {
    if (reason !== OFPPR.DELETE && isUp(desc)) {
      this.#parts.health.hurry();
      this.#parts.network.links.hurry();
      return [];
    }
    this.#parts.network.onPortGone(at.dpid, desc.portNo);
    return this.#parts.health.onPortDown(at.dpid, desc.portNo, now);
  }

  #onReply(at: Switch, message: MessageOf<'multipartReply'>, now: number): Command[] {
    if (message.kind === 'portStats') {
      this.#parts.network.rates.take(at.dpid, message.body, now);
      notePortLoads(this.#parts.services, at.dpid, port => this.#parts.network.rates.of(at.dpid, port));
      return [];
    }
    const { commands, connections } = this.#parts.reconciler.onReply(at.dpid, message, now);
    return connections === undefined
      ? [...commands]
      : [...commands, ...this.#parts.balancer.carrier.onDump(at, connections.flows, connections.askedAt, now)];
  }

  /** A flow of a connection that the switch refuses is the balancer's matter; everything else is for people. */
  #onError(at: Switch, error: MessageOf<'error'>, explained: string, now: number): Command[] {
    if (this.#parts.reconciler.isOwn(error)) return [];
    const cookie = refusedCookie(error);
    if (cookie !== undefined && readCookie(cookie)?.owner === 'connection')
      return this.#parts.balancer.carrier.onFlowRefused(at, cookie, explained, now);
    return [log({ ...this.#parts.sequence.next('warning', now), message: `switch ${at.dpid} refused a message: ${explained}` })];
  }
}
