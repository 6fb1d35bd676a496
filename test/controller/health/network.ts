import { type ConfigInput, configSchema, type HealthConfig } from '../../../controller/core/config.ts';
import type { Dpid } from '../../../controller/core/dpid.ts';
import type { ExternalProbe } from '../../../controller/core/external-probe.ts';
import type { Switch } from '../../../controller/core/switch.ts';
import { PROBE_MAC } from '../../../controller/core/virtual-mac.ts';
import type { Findings } from '../../../controller/health/findings.ts';
import { Monitor } from '../../../controller/health/monitor.ts';
import type { Target } from '../../../controller/health/target.ts';
import { Places } from '../../../controller/network/places.ts';
import { OFPP } from '../../../openflow/index.ts';
import { arpReply } from '../../../openflow/packet/arp-message.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { icmpEchoReply } from '../../../openflow/packet/icmp-message.ts';
import type { Packet } from '../../../openflow/packet/packet.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { tcpSegment } from '../../../openflow/packet/tcp-message.ts';
import { tcpReset } from '../../../openflow/packet/tcp-reset.ts';
import { ALL_CAPABILITIES } from '../connections/world.ts';

export const VIP = '10.0.0.100';
export const VIP_MAC = '02:56:0a:00:00:64';
export const TICK_MS = 50;

type HealthInput = ConfigInput['services'][number]['health'];

/** A health configuration as a file would give it. */
export function healthOf(health: HealthInput, protocol: 'tcp' | 'udp' = 'tcp'): HealthConfig {
  const service = { name: 'web', vip: VIP, port: 80, protocol, servers: [{ name: 's', ip: '10.0.0.1' }], health };
  return configSchema.parse({ services: [service] }).services[0]!.health;
}

export function switchOf(number: number): Switch {
  const dpid = number.toString(16).padStart(16, '0') as Dpid;
  return { dpid, address: '127.0.0.1:1', description: 'test', can: ALL_CAPABILITIES, round: 0, ports: new Map() };
}

export const macOf = (host: number) => `00:00:00:00:00:${host.toString(16).padStart(2, '0')}`;

/** What a host does with a packet: the frames it answers with. */
export type Host = (packet: Packet) => readonly Uint8Array[];

const only = (frame: Uint8Array | undefined) => (frame === undefined ? [] : [frame]);

export function arpOf(host: number, mac = macOf(host)): Uint8Array {
  return arpReply({ senderMac: mac, senderIp: `10.0.0.${host}`, targetMac: PROBE_MAC, targetIp: '0.0.0.0' });
}

/** A host whose kernel lives: it answers ARP and pings; TCP is another matter. */
export function hostOf(host: number, tcp: Host = () => []): Host {
  return packet => {
    if (packet.arp !== undefined) return packet.arp.tpa === `10.0.0.${host}` ? [arpOf(host)] : [];
    return packet.icmp !== undefined ? only(icmpEchoReply(packet)) : tcp(packet);
  };
}

/** The answer along the same addresses and ports. */
export function answerTo(
  { ethernet, ipv4, tcp }: Packet,
  flags: number,
  more: { seq?: number; ack?: number; payload?: Uint8Array } = {},
) {
  const from = { mac: ethernet.dst, ip: ipv4!.dst, port: tcp!.dstPort };
  const to = { mac: ethernet.src, ip: ipv4!.src, port: tcp!.srcPort };
  const { payload, seq = 5000, ack = (tcp!.seq + 1) >>> 0 } = more;
  return tcpSegment(from, to, { flags, seq, ack }, payload);
}

export const open: Host = packet => (packet.tcp!.flags === TCP.SYN ? [answerTo(packet, TCP.SYN | TCP.ACK)] : []);
export const closed: Host = packet => only(tcpReset(packet));

/** Serves one page and closes, as a small web server does. */
export function serving(response: string): Host {
  return packet => {
    const { flags, seq, ack } = packet.tcp!;
    if (flags === TCP.SYN) return [answerTo(packet, TCP.SYN | TCP.ACK)];
    if (packet.payload.length === 0) return [];
    const payload = new TextEncoder().encode(response);
    return [answerTo(packet, TCP.ACK | TCP.FIN | TCP.PSH, { seq: ack, ack: (seq + packet.payload.length) >>> 0, payload })];
  };
}

/** Servers at the ports of their numbers behind one switch, a monitor, and time. */
export class Network {
  readonly monitor: Monitor;
  readonly places = new Places(() => false);
  /** Probes for sockets of the controller's own. */
  readonly probes: ExternalProbe[] = [];
  readonly switches = new Map<Dpid, Switch>();
  readonly at = switchOf(1);
  /** Who is behind which port; nobody: silence. */
  readonly hosts = new Map<number, Host>();
  readonly sent: { at: number; port: number; packet: Packet }[] = [];
  readonly found: Record<'changes' | 'samples' | 'notices' | 'panics', unknown[]> = {
    changes: [],
    samples: [],
    notices: [],
    panics: [],
  };
  now = 1_000_000;
  /** From a packet-out to what it brings: 0 is at once. */
  channelMs = 0;
  /** The switch sends nothing back that is for the controller itself. */
  isMute = false;
  #arriving: { at: number; port: number; frame: Uint8Array }[] = [];
  #targets: Target[] = [];

  constructor(random: () => number = () => 0.5) {
    this.monitor = new Monitor(random, this.places, () => false);
    this.switches.set(this.at.dpid, this.at);
  }

  /** Servers 1 to `count` of one service. */
  watch(
    health: HealthInput,
    { count = 1, panicThreshold = 0, protocol = 'tcp' as 'tcp' | 'udp', more = {} as Partial<Target> } = {},
  ): this {
    const shared = { group: 'web', port: 8000, protocol, vip: VIP, vipMac: VIP_MAC, panicThreshold, paused: false };
    const config = healthOf(health, protocol);
    const targetOf = (i: number) => ({
      id: `web/s${i}`,
      name: `web/s${i}`,
      ip: `10.0.0.${i}`,
      health: config,
      ...shared,
      ...more,
    });
    return this.set(Array.from({ length: count }, (_, i) => targetOf(i + 1)));
  }

  set(targets: readonly Target[]): this {
    this.#targets = [...targets];
    this.take(this.monitor.setTargets(targets, this.now));
    return this;
  }

  get targets(): readonly Target[] {
    return this.#targets;
  }

  /** Lets time pass in ticks. */
  pass(ms: number): this {
    for (const end = this.now + ms; this.now < end; ) {
      this.now = Math.min(end, this.now + TICK_MS);
      const arrived = this.#arriving.filter(({ at }) => at <= this.now);
      this.#arriving = this.#arriving.filter(({ at }) => at > this.now);
      for (const { port, frame } of arrived) this.hear(port, frame);
      this.take(this.monitor.onTick(this.switches, this.now));
    }
    return this;
  }

  /** A frame comes in. */
  hear(port: number, frame: Uint8Array, at = this.at): this {
    const packet = dissect(frame);
    if (this.monitor.isAnswer(packet)) this.take(this.monitor.onAnswer(at, port, packet, this.now));
    return this;
  }

  take(findings: Findings): void {
    for (const kind of ['changes', 'samples', 'notices', 'panics'] as const) this.found[kind].push(...findings[kind]);
    for (const command of findings.commands) {
      if (command.type === 'probe') {
        this.probes.push(command.probe);
        continue;
      }
      if (command.type !== 'send' || command.message.type !== 'packetOut') throw new Error('not a packet-out');
      const { data, actions } = command.message;
      const { port } = actions[0] as { port: number };
      const packet = dissect(data!);
      if (port === OFPP.CONTROLLER) {
        if (!this.isMute) this.#bring(OFPP.CONTROLLER, data!);
        continue;
      }
      this.sent.push({ at: this.now, port, packet });
      const reached = port === OFPP.ALL ? [...this.hosts] : [[port, this.hosts.get(port)] as const];
      for (const [behind, host] of reached) for (const frame of host?.(packet) ?? []) this.#bring(behind, frame);
    }
  }

  #bring(port: number, frame: Uint8Array): void {
    if (this.channelMs === 0) this.hear(port, frame);
    else this.#arriving.push({ at: this.now + this.channelMs, port, frame });
  }

  /** The changes since the last call, as `s1 up`. */
  changes(): string[] {
    return (this.found.changes.splice(0) as { id: string; state: string }[]).map(({ id, state }) => `${id.slice(4)} ${state}`);
  }

  /** The reasons of the changes since the last call. */
  reasons(): string[] {
    return (this.found.changes.splice(0) as { reason: string }[]).map(({ reason }) => reason);
  }

  /** When each frame went out that `is`, in milliseconds from the first of all. */
  times(is: (packet: Packet) => boolean): number[] {
    return this.sent.filter(({ packet }) => is(packet)).map(({ at }) => at - this.sent[0]!.at);
  }
}

export const isSyn = ({ tcp }: Packet) => tcp?.flags === TCP.SYN;
export const isArp = ({ arp }: Packet) => arp !== undefined;
