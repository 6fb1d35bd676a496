import { OFPPR, OFPRR } from '../openflow/index.ts';
import { dissect } from '../openflow/packet/dissect.ts';
import type { Balancer } from './connections/balancer.ts';
import { answerArp } from './connections/vip-arp.ts';
import { type Command, log } from './core/command.ts';
import { readCookie } from './core/cookie.ts';
import type { DesiredState } from './core/desired-state.ts';
import type { SwitchEvent } from './core/event.ts';
import type { Sequence } from './core/events.ts';
import { refusedCookie } from './core/flow.ts';
import { isUp, type Switch } from './core/switch.ts';
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

type EventOf<T> = Extract<SwitchEvent, { type: T }>;

/** The order in which the parts see what a switch reports. */
const HANDLERS: {
  readonly [T in SwitchEvent['type']]: (parts: SwitchParts, at: Switch, event: EventOf<T>, now: number) => Command[];
} = {
  /** Takes over what the switch carries, and gives it what it lacks. */
  ready(parts, at, { installed }, now) {
    const { network, balancer, health, reconciler } = parts;
    const { dpid } = at;
    const isDesired = ({ cookie }: { cookie: bigint }) => readCookie(cookie)?.owner !== 'connection';
    health.monitor.hurry();
    network.onReady(at, installed.flows, now);
    reconciler.begin(dpid, { ...installed, flows: installed.flows.filter(isDesired) }, now);
    const sections = [...network.sections(at, parts.servicesIn(at))];
    return [
      ...balancer.carrier.onSwitchReady(at, installed.flows, now),
      ...sections.flatMap(([section, state]) => reconciler.want(dpid, section, state)),
      ...reconciler.settle(dpid),
    ];
  },

  lost({ sequence, network, health, reconciler }, { dpid, address }, { reason }, now) {
    health.monitor.onSwitchLost(dpid);
    network.onLost(dpid);
    reconciler.forget(dpid);
    return [log({ ...sequence.next('switch', now), dpid, address, state: 'lost', reason })];
  },

  packetIn({ services, network, balancer, health }, at, { message }, now) {
    const { match, data, cookie } = message;
    const { inPort } = match;
    const packet = dissect(data);
    if (typeof inPort !== 'number' || packet.malformed?.layer === 'ethernet') return [];
    const arrival = { at, inPort, frame: data, packet };
    if (readCookie(cookie)?.owner === 'observation') return balancer.carrier.onObserved(arrival, now);
    const { links, places } = network;
    if (links.isDiscovery(packet)) {
      // What was found there is behind another switch.
      if (links.onFrame(at, inPort, packet, now)) health.monitor.onLink(at.dpid, inPort, now);
      return [];
    }
    if (health.monitor.isAnswer(packet)) return health.onAnswer(at, inPort, packet, now);
    const from = { dpid: at.dpid, port: inPort, mac: packet.ethernet.src };
    const suspected = places.hear(from, now) === 'hearsay' ? health.onHearsay(from, now) : [];
    const isForVip = services.isForVip(packet);
    places.sight(packet, isForVip);
    if (isForVip) return suspected.concat(balancer.onPacket(arrival, now));
    return [...suspected, ...answerArp(at, inPort, packet, services.vips)];
  },

  flowRemoved({ network, balancer, reconciler }, at, { message }, now) {
    const { cookie, reason, match } = message;
    const { ethSrc, inPort } = match;
    const isConnection = readCookie(cookie)?.owner === 'connection';
    if (isConnection || reason !== OFPRR.IDLE_TIMEOUT) reconciler.onFlowRemoved(at.dpid, message, now);
    if (isConnection) return balancer.carrier.onFlowRemoved(at, message, now);
    if (reason !== OFPRR.IDLE_TIMEOUT || typeof ethSrc !== 'string' || typeof inPort !== 'number') return [];
    // Flows of connections pass the learning table by: whoever uses one is there, however silent the table finds it.
    if (network.places.isPinned(ethSrc) || balancer.carrier.connections.isUsed(at.dpid, ethSrc))
      return reconciler.renew(at.dpid, message);
    network.places.forget(at.dpid, ethSrc, inPort);
    return [];
  },

  portStatus({ network, health }, { dpid }, { message: { reason, desc } }, now) {
    if (reason !== OFPPR.DELETE && isUp(desc)) {
      health.monitor.hurry();
      network.links.hurry();
      return [];
    }
    network.onPortGone(dpid, desc.portNo);
    return health.onPortDown(dpid, desc.portNo, now);
  },

  reply({ services, network, balancer, reconciler }, at, { message }, now) {
    if (message.kind === 'portStats') {
      network.rates.take(at.dpid, message.body, now);
      notePortLoads(services, at.dpid, port => network.rates.of(at.dpid, port));
      return [];
    }
    const { commands, connections } = reconciler.onReply(at.dpid, message, now);
    return connections === undefined
      ? [...commands]
      : [...commands, ...balancer.carrier.onDump(at, connections.flows, connections.askedAt, now)];
  },

  /** A flow of a connection that the switch refuses is the balancer's matter; everything else is for people. */
  error({ sequence, balancer, reconciler }, at, { message, explained }, now) {
    if (reconciler.isOwn(message)) return [];
    const cookie = refusedCookie(message);
    if (cookie !== undefined && readCookie(cookie)?.owner === 'connection')
      return balancer.carrier.onFlowRefused(at, cookie, explained, now);
    return [log({ ...sequence.next('warning', now), message: `switch ${at.dpid} refused a message: ${explained}` })];
  },
};

/** The parts see an event of a switch; gives what has to be done. */
export function onSwitchEvent(parts: SwitchParts, event: SwitchEvent, at: Switch, now: number): Command[] {
  return HANDLERS[event.type](parts, at, event as never, now);
}
