import { TCP, type Tcp } from '../../../openflow/packet/tcp.ts';
import { endKey, tupleKey, tupleOf } from '../../core/tuple.ts';
import type { Services } from '../../pool/services.ts';
import type { Arrival } from '../arrival.ts';
import type { Outcome } from '../carrier.ts';
import type { Connection } from '../connection.ts';
import type { ConnectionTable } from '../connection-table.ts';

/** A segment of a connection that was copied on its way. */
export interface Sighting {
  readonly connection: Connection;
  /** From the server; the others are from the client. */
  readonly isReply: boolean;
  readonly tcp: Tcp;
}

/** Whose segment a copied packet is; those of direct traffic belong to no connection. */
export function sightingsOf({ packet }: Arrival, services: Services, connections: ConnectionTable): Sighting[] {
  const { tcp } = packet;
  const tuple = tupleOf(packet);
  if (tcp === undefined || tuple === undefined) return [];
  const { src, srcPort, dst, dstPort } = tuple;
  const sight = (connection: Connection | undefined, isReply: boolean): Sighting[] =>
    connection === undefined ? [] : [{ connection, isReply, tcp }];
  if (services.isForVip(packet)) return sight(connections.get(tupleKey(endKey('tcp', dst, dstPort), src, srcPort)), false);
  const end = endKey('tcp', src, srcPort);
  return services
    .behind(end)
    .flatMap(service => sight(connections.get(tupleKey(service.end, dst, dstPort)), true))
    .filter(({ connection: { server } }) => server.end === end);
}

/** The first answer to a SYN; undefined for any other segment. */
export function firstAnswer({ connection, isReply, tcp: { flags, ack } }: Sighting): Exclude<Outcome, 'silent'> | undefined {
  if (!isReply || connection.answered !== undefined || connection.closedAt !== undefined) return undefined;
  // An adopted connection has no known SYN that an answer could be compared with.
  if (connection.isn === undefined || ack !== (connection.isn + 1) >>> 0) return undefined;
  if ((flags & TCP.RST) !== 0) return 'refused';
  return (flags & (TCP.SYN | TCP.ACK)) === (TCP.SYN | TCP.ACK) ? 'answered' : undefined;
}

/** Whether a segment ends the connection for its server: its FIN, or a reset of either side. */
export function closes({ isReply, tcp: { flags } }: Sighting): boolean {
  return (flags & TCP.RST) !== 0 || (isReply && (flags & TCP.FIN) !== 0);
}
