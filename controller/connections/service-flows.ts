import { type ActionInput, type Match, OFPP } from '../../openflow/index.ts';
import { ARP_OP } from '../../openflow/packet/arp.ts';
import { ETH_TYPE } from '../../openflow/packet/ethernet.ts';
import { TCP } from '../../openflow/packet/tcp.ts';
import type { ServiceConfig } from '../core/config.ts';
import type { Flow } from '../core/flow.ts';
import { cookieOf, PRIORITY, TABLE } from '../core/pipeline.ts';
import type { Switch } from '../core/switch.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';
import { PORT_FIELDS, PROTOCOL } from './rewrite.ts';

const MAC_BITS = 48;
const IPV4_BITS = 32;
const PORT_BITS = 16;

const toController: ActionInput[] = [{ type: 'output', port: OFPP.CONTROLLER }];

/** What the services need in the switch before the first connection. */
export function serviceFlows(services: readonly ServiceConfig[], at: Switch): Flow[] {
  const cookie = cookieOf({ round: at.round, owner: 'base' });
  const vips = new Map(services.map(({ vip, mac }) => [vip, mac]));
  return [
    { table: TABLE.admit, priority: PRIORITY.address, match: { ethDst: PROBE_MAC }, actions: toController, cookie },
    ...[...vips].flatMap(([vip, mac]) => addressFlows(vip, mac, at, cookie)),
    ...services.flatMap(service => portFlows(service, at, cookie)),
    ...(at.isOpenVswitch ? services.flatMap(service => observationFlows(service, at)) : []),
  ];
}

/** The SYN-ACK says how fast a server answers, FIN and RST say when a connection is over; they pass on as ever. */
function observationFlows({ protocol, observe, vip, port, servers }: ServiceConfig, at: Switch): Flow[] {
  if (protocol !== 'tcp' || !observe) return [];
  const tcp = { ethType: ETH_TYPE.IPV4, ipProto: PROTOCOL.tcp };
  const base = {
    table: TABLE.admit,
    priority: PRIORITY.observation,
    actions: toController,
    next: TABLE.service,
    cookie: cookieOf({ round: at.round, owner: 'observation' }),
  };
  const seen = (match: Match, flags: number): Flow => ({
    ...base,
    match: { ...tcp, ...match, tcpFlags: { value: flags, mask: flags } },
  });
  return [
    seen({ ipv4Dst: vip, tcpDst: port }, TCP.RST),
    ...servers.flatMap(server => {
      const back = { ipv4Src: server.ip, tcpSrc: server.port };
      return [TCP.SYN | TCP.ACK, TCP.FIN, TCP.RST].map(flags => seen(back, flags));
    }),
  ];
}

/** The VIP as an address: ARP, spoofing, and everything that is no service. */
function addressFlows(vip: string, mac: string, at: Switch, cookie: bigint): Flow[] {
  const arp = { ethType: ETH_TYPE.ARP };
  const ip = { ethType: ETH_TYPE.IPV4 };
  return [
    { table: TABLE.admit, priority: PRIORITY.guard, match: { ...arp, arpSpa: vip }, actions: [], cookie },
    { table: TABLE.admit, priority: PRIORITY.guard, match: { ...ip, ipv4Src: vip }, actions: [], cookie },
    {
      table: TABLE.admit,
      priority: PRIORITY.address,
      match: { ...arp, arpOp: ARP_OP.REQUEST, arpTpa: vip },
      actions: at.isOpenVswitch ? arpAnswer(vip, mac) : toController,
      cookie,
    },
    { table: TABLE.service, priority: PRIORITY.forwarding, match: { ...ip, ipv4Dst: vip }, actions: toController, cookie },
    { table: TABLE.forward, priority: PRIORITY.guard, match: { ethDst: mac }, actions: [], cookie },
  ];
}

/** The switch itself turns a request for the VIP into the answer, so that clients keep their way when the controller is away. */
function arpAnswer(vip: string, mac: string): ActionInput[] {
  return [
    { type: 'regMove', nBits: MAC_BITS, src: 'ethSrc', dst: 'ethDst' },
    { type: 'setField', field: { ethSrc: mac } },
    { type: 'setField', field: { arpOp: ARP_OP.REPLY } },
    { type: 'regMove', nBits: MAC_BITS, src: 'arpSha', dst: 'arpTha' },
    { type: 'regMove', nBits: IPV4_BITS, src: 'arpSpa', dst: 'arpTpa' },
    { type: 'setField', field: { arpSha: mac } },
    { type: 'setField', field: { arpSpa: vip } },
    { type: 'output', port: OFPP.IN_PORT },
  ];
}

function portFlows({ protocol, vip, port, servers }: ServiceConfig, at: Switch, cookie: bigint): Flow[] {
  const { src, dst } = PORT_FIELDS[protocol];
  const base = { table: TABLE.service, cookie };
  const fields = { ethType: ETH_TYPE.IPV4, ipProto: PROTOCOL[protocol] };
  const front = { ...fields, ipv4Dst: vip, [dst]: port };
  const flows: Flow[] = [{ ...base, priority: PRIORITY.vip, match: front, actions: toController }];
  if (!at.isOpenVswitch) return flows;
  if (protocol === 'tcp') {
    const tcpFlags = { value: TCP.SYN, mask: TCP.SYN | TCP.ACK };
    flows.push({ ...base, priority: PRIORITY.newConnection, match: { ...front, tcpFlags }, actions: toController });
  }
  return [...flows, ...servers.map(server => replyFlow(server, fields, src, dst, cookie))];
}

/**
 * A server's replies that belong to no connection pass unchanged. Reading the client's port into a register makes Open
 * vSwitch cache them one by one: without it, a cached entry for a client's direct traffic would also carry the first reply
 * of its next balanced connection past the flow that rewrites it.
 */
function replyFlow(
  server: { ip: string; port: number },
  fields: { ethType: number; ipProto: number },
  src: 'tcpSrc' | 'udpSrc',
  dst: 'tcpDst' | 'udpDst',
  cookie: bigint,
): Flow {
  return {
    table: TABLE.service,
    priority: PRIORITY.reply,
    match: { ...fields, ipv4Src: server.ip, [src]: server.port },
    actions: [{ type: 'regMove', nBits: PORT_BITS, src: dst, dst: 'reg0' }],
    next: TABLE.learn,
    cookie,
  };
}
