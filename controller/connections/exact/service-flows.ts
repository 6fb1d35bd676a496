import { type ActionInput, type Match, OFPP } from '../../../openflow/index.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import type { ServiceConfig } from '../../core/config.ts';
import { factsOf } from '../../core/family.ts';
import type { Flow } from '../../core/flow.ts';
import type { Ip } from '../../core/ip.ts';
import { desiredCookie, PRIORITY, TABLE } from '../../core/pipeline.ts';
import type { Switch } from '../../core/switch.ts';
import type { Protocol } from '../../core/tuple.ts';
import { PORT_FIELDS, PROTOCOL } from './rewrite.ts';

const PORT_BITS = 16;

const toController: ActionInput[] = [{ type: 'output', port: OFPP.CONTROLLER }];

/** What a service needs in a switch before its first connection. */
export function serviceFlows(service: ServiceConfig, at: Switch): Flow[] {
  return [...portFlows(service, at), ...(at.can.tcpFlags ? observationFlows(service) : [])];
}

/** The SYN-ACK says how fast a server answers, FIN and RST say when a connection is over; they pass on as ever. */
function observationFlows({ protocol, observe, vip, port, servers }: ServiceConfig): Flow[] {
  if (protocol !== 'tcp' || !observe) return [];
  const { ethType, src, dst } = factsOf(vip);
  const tcp = { ethType, ipProto: PROTOCOL.tcp };
  const base = {
    table: TABLE.admit,
    priority: PRIORITY.observation,
    actions: toController,
    next: TABLE.service,
    cookie: desiredCookie('observation'),
  };
  const seen = (match: Match, flags: number): Flow => ({
    ...base,
    match: { ...tcp, ...match, tcpFlags: { value: flags, mask: flags } },
  });
  return [
    seen({ [dst]: vip, tcpDst: port }, TCP.RST),
    ...servers.flatMap(server => {
      const back = { [src]: server.ip, tcpSrc: server.port };
      return [TCP.SYN | TCP.ACK, TCP.FIN, TCP.RST].map(flags => seen(back, flags));
    }),
  ];
}

function portFlows({ protocol, vip, port, servers }: ServiceConfig, at: Switch): Flow[] {
  const cookie = desiredCookie('base');
  const { ethType, dst } = factsOf(vip);
  const base = { table: TABLE.service, cookie };
  const fields = { ethType, ipProto: PROTOCOL[protocol] };
  const front = { ...fields, [dst]: vip, [PORT_FIELDS[protocol].dst]: port };
  const flows: Flow[] = [{ ...base, priority: PRIORITY.vip, match: front, actions: toController }];
  if (protocol === 'tcp' && at.can.tcpFlags) {
    const tcpFlags = { value: TCP.SYN, mask: TCP.SYN | TCP.ACK };
    flows.push({ ...base, priority: PRIORITY.newConnection, match: { ...front, tcpFlags }, actions: toController });
  }
  return at.can.registers ? [...flows, ...servers.map(server => replyFlow(server, protocol, cookie))] : flows;
}

/**
 * A server's replies that belong to no connection pass unchanged. Reading the client's port into a register makes Open
 * vSwitch cache them one by one: without it, a cached entry for a client's direct traffic would also carry the first reply
 * of its next balanced connection past the flow that rewrites it.
 */
function replyFlow({ ip, port }: { ip: Ip; port: number }, protocol: Protocol, cookie: bigint): Flow {
  const { ethType, src } = factsOf(ip);
  const ports = PORT_FIELDS[protocol];
  return {
    table: TABLE.service,
    priority: PRIORITY.reply,
    match: { ethType, ipProto: PROTOCOL[protocol], [src]: ip, [ports.src]: port },
    actions: [{ type: 'regMove', nBits: PORT_BITS, src: ports.dst, dst: 'reg0' }],
    next: TABLE.learn,
    cookie,
  };
}
