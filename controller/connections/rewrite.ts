import { type ActionInput, type Match, OFPP } from '../../openflow/index.ts';
import { ETH_TYPE } from '../../openflow/packet/ethernet.ts';
import { IP_PROTO } from '../../openflow/packet/ipv4.ts';
import type { Command } from '../core/command.ts';
import { type Flow, type FlowKey, packetOut } from '../core/flow.ts';
import { PRIORITY, TABLE } from '../core/pipeline.ts';
import type { Switch } from '../core/switch.ts';
import type { Connection } from './connection.ts';

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
    { type: 'setField', field: { ipv4Src: vip } },
    setPort(protocol, 'src', port),
  ];
  const onward = toServer(connection);
  if (protocol === 'tcp' && at.isOpenVswitch) {
    const ending: ActionInput = { type: 'finTimeout', finIdleTimeout: finTimeoutMs / 1000, finHardTimeout: 0 };
    back.push(ending);
    onward.push(ending);
  }
  const { forward, reverse } = connectionKeys(connection);
  const rest = { next: TABLE.forward, idleTimeoutSec: connection.idleTimeoutMs / 1000, reportsRemoval: true };
  return { forward: { ...forward, actions: onward, ...rest }, reverse: { ...reverse, actions: back, ...rest } };
}

/** One direction of a 5-tuple, as literals: this is made for every connection. */
function matchOf(protocol: 'tcp' | 'udp', src: string, srcPort: number, dst: string, dstPort: number): Match {
  const { IPV4: ethType } = ETH_TYPE;
  return protocol === 'tcp'
    ? { ethType, ipProto: IP_PROTO.TCP, ipv4Src: src, ipv4Dst: dst, tcpSrc: srcPort, tcpDst: dstPort }
    : { ethType, ipProto: IP_PROTO.UDP, ipv4Src: src, ipv4Dst: dst, udpSrc: srcPort, udpDst: dstPort };
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

function setPort(protocol: 'tcp' | 'udp', side: 'src' | 'dst', port: number): ActionInput {
  if (protocol === 'tcp') return { type: 'setField', field: side === 'src' ? { tcpSrc: port } : { tcpDst: port } };
  return { type: 'setField', field: side === 'src' ? { udpSrc: port } : { udpDst: port } };
}

function toServer({ service, server, serverMac }: Connection): ActionInput[] {
  const { protocol } = service.config;
  return [
    { type: 'setField', field: { ethDst: serverMac } },
    { type: 'setField', field: { ipv4Dst: server.config.ip } },
    setPort(protocol, 'dst', server.config.port),
  ];
}
