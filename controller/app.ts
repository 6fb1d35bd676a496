import { type MessageOf, OFPP, OFPPC, OFPPR, OFPPS, type Port } from '../openflow/index.ts';
import { ARP_OP } from '../openflow/packet/arp.ts';
import { arpReply } from '../openflow/packet/arp-message.ts';
import { dissect } from '../openflow/packet/dissect.ts';
import type { Packet } from '../openflow/packet/packet.ts';
import type { Random } from './core/clock.ts';
import { type Command, log } from './core/command.ts';
import type { Config } from './core/config.ts';
import type { Dpid } from './core/dpid.ts';
import { Sequence } from './core/events.ts';
import { addFlow, barrier, deleteByCookie, packetOut, refusedCookie } from './core/flow.ts';
import { cookieMask, cookieOf, readCookie } from './core/pipeline.ts';
import type { InstalledFlow, Switch } from './core/switch.ts';
import type { SwitchEvent } from './core/switch-event.ts';
import type { Findings } from './health/findings.ts';
import { Monitor } from './health/monitor.ts';
import type { Target } from './health/target.ts';
import { switchingFlows } from './network/forwarding.ts';
import { Hosts } from './network/hosts.ts';
import { Balancer } from './service/balancer.ts';
import { serviceFlows } from './service/front.ts';
import { type Server, type VirtualService, virtualService } from './service/virtual-service.ts';
import { type StrategyName, strategies } from './strategies/catalogue.ts';
import { generationsIn } from './switches/generation.ts';

/** How often the deciders are to see the time. */
export const TICK_MS = 50;

/**
 * The controller without its sockets: events in, commands out, in the order in which the parts get to see a packet. Time
 * and chance are arguments, so the same events give the same commands.
 */
export class App {
  readonly sequence = new Sequence();
  readonly #switches = new Map<Dpid, Switch>();
  readonly #vips: ReadonlyMap<string, string>;
  readonly #hosts: Hosts;
  readonly #monitor: Monitor;
  readonly #balancer: Balancer;
  readonly #servers = new Map<string, { service: VirtualService; server: Server }>();

  constructor(config: Config, random: Random) {
    const services = config.services.map((entry, i) =>
      virtualService(entry, i + 1, strategies[entry.strategy as StrategyName]()),
    );
    this.#vips = new Map(services.map(({ config: { vip, mac } }) => [vip, mac]));
    this.#hosts = new Hosts(this.#vips.values());
    for (const service of services) {
      for (const server of service.servers)
        this.#servers.set(`${service.config.name}/${server.config.name}`, { service, server });
    }
    this.#monitor = new Monitor(random);
    this.#monitor.setTargets(
      [...this.#servers].map(([id, { service, server }]) => targetOf(id, service, server)),
      0,
    );
    this.#balancer = new Balancer(services, (dpid, mac) => this.#hosts.portOf(dpid, mac), this.sequence, random);
  }

  /** Living connections. */
  get connections(): number {
    return this.#balancer.size;
  }

  handle(event: SwitchEvent, now: number): Command[] {
    switch (event.type) {
      case 'ready':
        return this.#onReady(event.at, event.installed, event.description, now);
      case 'lost':
        return this.#onLost(event.at, event.reason, now);
      case 'packetIn':
        return this.#onPacketIn(event.at, event.message, now);
      case 'flowRemoved':
        return this.#onFlowRemoved(event.at, event.message, now);
      case 'portStatus':
        return this.#onPortStatus(event.at, event.message, now);
      case 'error':
        return this.#onError(event.at, event.message, event.explained, now);
    }
  }

  /** To be called every `TICK_MS`: probes and whatever waits for its time. */
  onTick(now: number): Command[] {
    return [...this.#onHealth(this.#monitor.onTick(this.#switches, now), now), ...this.#balancer.onTick(this.#switches, now)];
  }

  /** Installs what every switch needs, takes over what it carries, and only then removes what is left of earlier sessions. */
  #onReady(at: Switch, installed: readonly InstalledFlow[], description: string, now: number): Command[] {
    this.#switches.set(at.dpid, at);
    this.#monitor.hurry();
    const base = [...switchingFlows(at.generation), ...serviceFlows(this.#balancer.services, at)];
    const line = { dpid: at.dpid, address: at.address, state: 'connected' as const, reason: description };
    return [
      ...base.map(flow => addFlow(at.dpid, flow)),
      ...this.#hosts.adopt(at, installed),
      ...this.#balancer.onSwitchReady(at, installed, now),
      barrier(at.dpid),
      ...[...generationsIn(installed)].flatMap(generation => staleFlows(at.dpid, generation)),
      log({ ...this.sequence.next('switch', now), ...line }),
      ...this.onTick(now),
    ];
  }

  #onLost(at: Switch, reason: string, now: number): Command[] {
    if (this.#switches.get(at.dpid) === at) {
      this.#switches.delete(at.dpid);
      this.#monitor.onSwitchLost(at.dpid);
    }
    return [log({ ...this.sequence.next('switch', now), dpid: at.dpid, address: at.address, state: 'lost', reason })];
  }

  #onPacketIn(at: Switch, { match, data }: MessageOf<'packetIn'>, now: number): Command[] {
    const inPort = match.inPort;
    if (typeof inPort !== 'number') return [];
    const packet = dissect(data);
    if (packet.malformed?.layer === 'ethernet') return [];
    if (this.#monitor.isAnswer(packet)) {
      const found = this.#monitor.onAnswer(at, inPort, packet, now);
      return [...this.#hosts.learn(at, packet.ethernet.src, inPort), ...this.#onHealth(found, now)];
    }
    const learnt = this.#hosts.learn(at, packet.ethernet.src, inPort);
    if (this.#balancer.isForVip(packet)) return [...learnt, ...this.#balancer.onPacket({ at, inPort, frame: data, packet }, now)];
    return [...learnt, ...this.#onArp(at, inPort, packet)];
  }

  /** A request for a VIP, on switches that cannot answer it themselves. */
  #onArp(at: Switch, inPort: number, { arp }: Packet): Command[] {
    const mac = arp?.op === ARP_OP.REQUEST ? this.#vips.get(arp.tpa) : undefined;
    if (arp === undefined || mac === undefined) return [];
    const frame = arpReply({ senderMac: mac, senderIp: arp.tpa, targetMac: arp.sha, targetIp: arp.spa });
    return [packetOut(at.dpid, inPort, [{ type: 'output', port: OFPP.IN_PORT }], frame)];
  }

  #onFlowRemoved(at: Switch, message: MessageOf<'flowRemoved'>, now: number): Command[] {
    const cookie = readCookie(message.cookie);
    if (cookie?.owner === 'connection') return this.#balancer.onFlowRemoved(at, message, now);
    const { ethSrc, inPort } = message.match;
    const isCurrent = cookie?.owner === 'forwarding' && cookie.generation === at.generation;
    return isCurrent && typeof ethSrc === 'string' && typeof inPort === 'number' ? this.#hosts.forget(at, ethSrc, inPort) : [];
  }

  /** A flow of a connection that the switch refuses is the balancer's matter; everything else is for people. */
  #onError(at: Switch, error: MessageOf<'error'>, explained: string, now: number): Command[] {
    const cookie = refusedCookie(error);
    if (cookie !== undefined && readCookie(cookie)?.owner === 'connection')
      return this.#balancer.onFlowRefused(at, cookie, explained, now);
    return [log({ ...this.sequence.next('warning', now), message: `switch ${at.dpid} refused a message: ${explained}` })];
  }

  #onPortStatus(at: Switch, { reason, desc }: MessageOf<'portStatus'>, now: number): Command[] {
    if (reason !== OFPPR.DELETE && isUp(desc)) {
      this.#monitor.hurry();
      return [];
    }
    const found = this.#monitor.onPortDown(at.dpid, desc.portNo, now);
    return [...this.#hosts.forgetPort(at, desc.portNo), ...this.#onHealth(found, now)];
  }

  #onHealth({ commands, changes, notices, panics }: Findings, now: number): Command[] {
    const lines = changes.map(({ id, state, location, reason }) => {
      const { service, server } = this.#servers.get(id)!;
      server.health = state;
      server.location = location;
      server.reason = reason;
      const entry = { service: service.config.name, server: server.config.name, state, reason };
      return log({ ...this.sequence.next('server', now), ...entry });
    });
    const warnings = [...notices, ...panics.map(({ group, reason }) => `${group}: ${reason}`)];
    return [...commands, ...lines, ...warnings.map(message => log({ ...this.sequence.next('warning', now), message }))];
  }
}

function targetOf(id: string, { config }: VirtualService, server: Server): Target {
  const { name: group, protocol, vip, mac: vipMac, health, panicThreshold } = config;
  const { ip, port, state } = server.config;
  return { id, group, ip, port, protocol, vip, vipMac, health, panicThreshold, paused: state === 'maintenance' };
}

/** The base and forwarding flows of an earlier session; its connections end by themselves. */
function staleFlows(dpid: Dpid, generation: number): Command[] {
  return (['base', 'forwarding'] as const).map(owner =>
    deleteByCookie(dpid, cookieOf({ generation, owner }), cookieMask('generation', 'owner')),
  );
}

function isUp({ config, state }: Port): boolean {
  return (config & OFPPC.PORT_DOWN) === 0 && (state & OFPPS.LINK_DOWN) === 0;
}
