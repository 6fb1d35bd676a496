import { App } from '../../../controller/app.ts';
import type { Command } from '../../../controller/core/command.ts';
import { type ConfigInput, configSchema } from '../../../controller/core/config.ts';
import type { Dpid } from '../../../controller/core/dpid.ts';
import type { LogEntry } from '../../../controller/core/events.ts';
import type { ExternalOutcome, ExternalProbe } from '../../../controller/core/external-probe.ts';
import { desiredCookie, PRIORITY, TABLE } from '../../../controller/core/pipeline.ts';
import type { Capabilities, InstalledFlow, Switch } from '../../../controller/core/switch.ts';
import { PROBE_MAC } from '../../../controller/core/virtual-mac.ts';
import {
  decode,
  encode,
  type MessageInput,
  type MessageOf,
  OFPET,
  OFPFC,
  OFPFMFC,
  OFPPR,
  OFPPS,
  OFPRR,
  type Port,
} from '../../../openflow/index.ts';
import { arpReply } from '../../../openflow/packet/arp-message.ts';
import { build } from '../../../openflow/packet/build.ts';
import type { PacketInput } from '../../../openflow/packet/packet.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';

type FlowRemoved = MessageOf<'flowRemoved'>;
type FlowModInput = Extract<MessageInput, { type: 'flowMod' }>;
type PacketOutInput = Extract<MessageInput, { type: 'packetOut' }> & { readonly data: Uint8Array };

export const VIP = '10.0.0.100';
export const VIP_MAC = '02:56:0a:00:00:64';
export const macOf = (host: number) => `00:00:00:00:00:0${host}`;

type ServiceInput = ConfigInput['services'][number];

/** A configuration of a web service with three servers and a UDP one; `more` is for the web service. */
export const configWith = (more: Partial<ServiceInput> = {}): ConfigInput => ({
  services: [
    {
      name: 'web',
      vip: VIP,
      port: 80,
      health: { type: 'arp' },
      servers: [1, 2, 3].map(number => ({ name: `server${number}`, ip: `10.0.0.${number}`, port: 8000 })),
      ...more,
    },
    { name: 'dns', vip: VIP, protocol: 'udp', port: 53, servers: [{ name: 'dns1', ip: '10.0.0.1', port: 9000 }] },
  ],
});

/** What Open vSwitch can. */
export const ALL_CAPABILITIES: Capabilities = {
  ...{ tcpFlags: true, finTimeout: true, registers: true, learn: true, bundles: true },
  ...{ selectGroups: true, meters: true, keepsOrder: true },
};

/** What OpenFlow 1.3 alone has. */
export const NO_EXTENSIONS: Capabilities = {
  ...ALL_CAPABILITIES,
  tcpFlags: false,
  finTimeout: false,
  registers: false,
  learn: false,
  bundles: false,
};

export function switchOf(number: number, more: Partial<Switch> = {}): Switch {
  const dpid = number.toString(16).padStart(16, '0') as Dpid;
  return { dpid, address: '127.0.0.1:1', description: 'test', can: ALL_CAPABILITIES, round: 0, ports: portsUp(), ...more };
}

/** Ports 1 to 9, up. */
function portsUp(): Map<number, Port> {
  const port = (portNo: number) =>
    ({ portNo, hwAddr: macOf(portNo), name: `port${portNo}`, config: 0, state: 0, curr: 0 }) as Port;
  return new Map(Array.from({ length: 9 }, (_, i) => [i + 1, port(i + 1)]));
}

/** What the commands of one event come to, sorted for the eye. */
export interface Outcome {
  readonly commands: readonly Command[];
  /** Connection flows alone. */
  readonly flows: readonly FlowModInput[];
  readonly allFlows: readonly FlowModInput[];
  readonly deletes: readonly FlowModInput[];
  readonly packets: readonly PacketOutInput[];
  readonly log: readonly LogEntry[];
  /** For sockets of the controller's own. */
  readonly probes: readonly ExternalProbe[];
}

/** The controller's core with a clock of our own, and switches that do nothing but take commands. */
export class World {
  readonly app: App;
  now = 1_000_000;

  constructor(config: ConfigInput = configWith()) {
    this.app = new App(configSchema.parse(config), () => 0.5);
  }

  /** Everything up: one switch, servers 1 to 3 found at ports 1 to 3. */
  static ready(at = switchOf(1), config: ConfigInput = configWith()): { world: World; at: Switch } {
    const world = new World(config);
    world.connect(at);
    for (const server of [1, 2, 3]) world.answerProbe(at, server);
    return { world, at };
  }

  connect(at: Switch, installed: readonly InstalledFlow[] = []): Outcome {
    return this.#outcome(
      this.app.handle({ type: 'ready', at, installed: { flows: installed, groups: [], meters: [] } }, this.now),
    );
  }

  tick(ms: number): Outcome {
    this.now += ms;
    return this.#outcome(this.app.handle({ type: 'tick' }, this.now));
  }

  configure(config: ConfigInput): Outcome {
    return this.#outcome(this.app.handle({ type: 'config', config: configSchema.parse(config), source: 'test' }, this.now));
  }

  probed(id: string, outcome: ExternalOutcome): Outcome {
    return this.#outcome(this.app.handle({ type: 'probed', id, outcome }, this.now));
  }

  /** A segment that was copied on its way: from a server to a client, or from a client to the VIP. */
  observed(at: Switch, inPort: number, frame: Uint8Array): Outcome {
    return this.packetIn(at, inPort, frame, desiredCookie('observation'));
  }

  packetIn(at: Switch, inPort: number, frame: Uint8Array, cookie = 0n): Outcome {
    const message = {
      type: 'packetIn',
      xid: 0,
      bufferId: 0xffffffff,
      totalLen: frame.length,
      reason: 1,
      tableId: 1,
      cookie,
    } as const;
    return this.#outcome(
      this.app.handle({ type: 'packetIn', dpid: at.dpid, message: { ...message, match: { inPort }, data: frame } }, this.now),
    );
  }

  answerProbe(at: Switch, server: number, port = server, mac = macOf(server)): Outcome {
    const frame = arpReply({ senderMac: mac, senderIp: `10.0.0.${server}`, targetMac: PROBE_MAC, targetIp: '0.0.0.0' });
    return this.packetIn(at, port, frame);
  }

  syn(at: Switch, client: number, port: number, more: { seq?: number; dstPort?: number; flags?: number } = {}): Outcome {
    return this.packetIn(at, client, tcpFrame(client, port, more));
  }

  removed(at: Switch, flow: FlowModInput, more: Partial<FlowRemoved> = {}): Outcome {
    const message: FlowRemoved = {
      type: 'flowRemoved',
      xid: 0,
      cookie: flow.cookie!,
      priority: flow.priority!,
      reason: OFPRR.IDLE_TIMEOUT,
      tableId: flow.tableId ?? 0,
      durationSec: 6,
      durationNsec: 0,
      idleTimeout: 5,
      hardTimeout: 0,
      packetCount: 5n,
      byteCount: 500n,
      match: flow.match ?? {},
      ...more,
    };
    return this.#outcome(this.app.handle({ type: 'flowRemoved', dpid: at.dpid, message }, this.now));
  }

  reply(at: Switch, message: MessageOf<'multipartReply'>): Outcome {
    return this.#outcome(this.app.handle({ type: 'reply', dpid: at.dpid, message }, this.now));
  }

  portDown(at: Switch, portNo: number): Outcome {
    const desc = { portNo, hwAddr: macOf(portNo), name: `port${portNo}`, config: 0, state: OFPPS.LINK_DOWN, curr: 0 } as Port;
    const message = { type: 'portStatus', xid: 0, reason: OFPPR.MODIFY, desc } as const;
    return this.#outcome(this.app.handle({ type: 'portStatus', dpid: at.dpid, message }, this.now));
  }

  /** The switch has no room for a flow. */
  refuse(at: Switch, flow: FlowModInput): Outcome {
    const { FLOW_MOD_FAILED: errType } = OFPET;
    const { TABLE_FULL: code } = OFPFMFC;
    const message = { type: 'error', xid: 0, errType, code, data: encode(flow).subarray(0, 64) } as const;
    return this.#outcome(this.app.handle({ type: 'error', dpid: at.dpid, message, explained: 'OFPFMFC_TABLE_FULL' }, this.now));
  }

  #outcome(commands: readonly Command[]): Outcome {
    const messages = commands.flatMap(command => (command.type === 'send' ? [command.message] : []));
    const plain = messages.map(message => (message.type === 'bundleAdd' ? (decode(message.message) as MessageInput) : message));
    const mods = plain.filter((message): message is FlowModInput => message.type === 'flowMod');
    const isDelete = ({ command = OFPFC.ADD }: FlowModInput) => command === OFPFC.DELETE || command === OFPFC.DELETE_STRICT;
    return {
      commands,
      flows: mods.filter(mod => !isDelete(mod) && mod.priority === PRIORITY.connection && mod.tableId === TABLE.service),
      allFlows: mods.filter(mod => !isDelete(mod)),
      deletes: mods.filter(isDelete),
      packets: messages.filter((message): message is PacketOutInput => message.type === 'packetOut'),
      log: commands.flatMap(command => (command.type === 'log' ? [command.entry] : [])),
      probes: commands.flatMap(command => (command.type === 'probe' ? [command.probe] : [])),
    };
  }
}

export function tcpFrame(
  client: number,
  srcPort: number,
  { seq = srcPort, dstPort = 80, flags = TCP.SYN }: { seq?: number; dstPort?: number; flags?: number } = {},
): Uint8Array {
  return frameTo(client, { tcp: { srcPort, dstPort, seq, ack: flags & TCP.ACK ? 77 : 0, flags } });
}

/** What a server says to a client: its own address, as it is before the switch rewrites it. */
export function replyFrame(
  server: number,
  client: number,
  dstPort: number,
  tcp: { seq: number; ack: number; flags: number },
): Uint8Array {
  return build({
    ethernet: { dst: macOf(client), src: macOf(server) },
    ipv4: { src: `10.0.0.${server}`, dst: `10.0.0.${client}` },
    tcp: { srcPort: 8000, dstPort, ...tcp },
  });
}

export function udpFrame(client: number, srcPort: number, dstPort = 53): Uint8Array {
  return frameTo(client, { udp: { srcPort, dstPort }, payload: new TextEncoder().encode('hello') });
}

export function frameTo(client: number, rest: Omit<PacketInput, 'ethernet' | 'ipv4'>): Uint8Array {
  return build({ ethernet: { dst: VIP_MAC, src: macOf(client) }, ipv4: { src: `10.0.0.${client}`, dst: VIP }, ...rest });
}

/** The flows of a switch as its dump would show them. */
export function dumpOf(flows: readonly FlowModInput[]): InstalledFlow[] {
  return flows.map(({ tableId, priority = 0, cookie = 0n, match = {}, instructions = [], idleTimeout = 0, flags = 0 }) => {
    const counters = { durationSec: 10, durationNsec: 0, packetCount: 3n, byteCount: 300n };
    return { tableId, priority, cookie, match, instructions, idleTimeout, hardTimeout: 0, flags, ...counters } as InstalledFlow;
  });
}
