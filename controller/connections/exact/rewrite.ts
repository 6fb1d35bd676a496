import { type ActionInput, type Match, OFPP } from '../../../openflow/index.ts';
import { ETH_TYPE } from '../../../openflow/packet/ethernet.ts';
import { IP_PROTO } from '../../../openflow/packet/ipv4.ts';
import type { Command } from '../../core/command.ts';
import { type Flow, type FlowKey, packetOut } from '../../core/flow.ts';
import { familyOf, type Ip } from '../../core/ip.ts';
import { PRIORITY, TABLE } from '../../core/pipeline.ts';
import type { Switch } from '../../core/switch.ts';
import type { Protocol } from '../../core/tuple.ts';
import type { Connection } from '../connection.ts';

/** IP protocol numbers by the configuration's words. */
export const PROTOCOL = { tcp: IP_PROTO.TCP, udp: IP_PROTO.UDP } as const;

/** The match fields of a protocol's ports, in OpenFlow's names. */
export const PORT_FIELDS = {
  tcp: { src: 'tcpSrc', dst: 'tcpDst' },
  udp: { src: 'udpSrc', dst: 'udpDst' },
} as const;

/** What the flows of a connection match; enough to delete them. */
export function connectionKeys({ service, server, client, cookie }: Connection): { reverse: FlowKey; forward: FlowKey } {
  const { protocol, vip, port } = service.config;
  const { ip: serverIp, port: serverPort } = server.config;
  const base = { table: TABLE.service, priority: PRIORITY.connection, cookie };
  return {
    forward: { ...base, match: matchOf(protocol, client.ip, client.port, vip, port) },
    reverse: { ...base, match: matchOf(protocol, serverIp, serverPort, client.ip, client.port) },
  };
}

/** The two flows of a connection. Both rewrite at the client's edge switch; the fabric sees the server's real address only. */
export function connectionFlows(connection: Connection, at: Switch): { reverse: Flow; forward: Flow } {
  const { protocol, vip, port, mac, finTimeoutMs } = connection.service.config;
  const back: ActionInput[] = [
    { type: 'setField', field: { ethSrc: mac } },
    setAddress('src', vip),
    setPort(protocol, 'src', port),
  ];
  const onward = toServer(connection);
  if (protocol === 'tcp' && at.can.finTimeout) {
    const ending: ActionInput = { type: 'finTimeout', finIdleTimeout: finTimeoutMs / 1000, finHardTimeout: 0 };
    back.push(ending);
    onward.push(ending);
  }
  const { forward, reverse } = connectionKeys(connection);
  const rest = { idleTimeoutSec: connection.idleTimeoutMs / 1000, reportsRemoval: true };
  // The client's frames pass the learning table on their way: so its place is kept while it talks, and noticed when it moves. The
  // server's would be learnt under the VIP's address.
  return {
    forward: { ...forward, actions: onward, next: TABLE.learn, ...rest },
    reverse: { ...reverse, actions: back, next: TABLE.forward, ...rest },
  };
}

/** One direction of a 5-tuple, as literals: this is made for every connection, and a computed name costs more than a branch. */
function matchOf(protocol: Protocol, src: Ip, srcPort: number, dst: Ip, dstPort: number): Match {
  const { TCP, UDP } = IP_PROTO;
  if (familyOf(src) === 'ipv4') {
    const { IPV4: ethType } = ETH_TYPE;
    return protocol === 'tcp'
      ? { ethType, ipProto: TCP, ipv4Src: src, ipv4Dst: dst, tcpSrc: srcPort, tcpDst: dstPort }
      : { ethType, ipProto: UDP, ipv4Src: src, ipv4Dst: dst, udpSrc: srcPort, udpDst: dstPort };
  }
  const { IPV6: ethType } = ETH_TYPE;
  return protocol === 'tcp'
    ? { ethType, ipProto: TCP, tcpSrc: srcPort, tcpDst: dstPort, ipv6Src: src, ipv6Dst: dst }
    : { ethType, ipProto: UDP, udpSrc: srcPort, udpDst: dstPort, ipv6Src: src, ipv6Dst: dst };
}

/** Sends a packet of the connection on to its server, rewritten as its flow would do it. */
export function forwardPacket(
  connection: Connection,
  at: Switch,
  inPort: number,
  outPort: number | undefined,
  frame: Uint8Array,
): Command {
  const port = outPort === undefined ? OFPP.ALL : outPort === inPort ? OFPP.IN_PORT : outPort;
  return packetOut(at.dpid, inPort, [...toServer(connection), { type: 'output', port }], frame);
}

function setAddress(side: 'src' | 'dst', ip: Ip): ActionInput {
  if (familyOf(ip) === 'ipv4') return { type: 'setField', field: side === 'src' ? { ipv4Src: ip } : { ipv4Dst: ip } };
  return { type: 'setField', field: side === 'src' ? { ipv6Src: ip } : { ipv6Dst: ip } };
}

function setPort(protocol: Protocol, side: 'src' | 'dst', port: number): ActionInput {
  if (protocol === 'tcp') return { type: 'setField', field: side === 'src' ? { tcpSrc: port } : { tcpDst: port } };
  return { type: 'setField', field: side === 'src' ? { udpSrc: port } : { udpDst: port } };
}

function toServer({ service, server, serverMac }: Connection): ActionInput[] {
  const { protocol } = service.config;
  return [
    { type: 'setField', field: { ethDst: serverMac } },
    setAddress('dst', server.config.ip),
    setPort(protocol, 'dst', server.config.port),
  ];
}
