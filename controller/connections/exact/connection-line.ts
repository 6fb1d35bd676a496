import { type MessageOf, OFPRR } from '../../../openflow/index.ts';
import type { AdoptedEntry, Body, EndReason } from '../../core/events.ts';
import type { Connection } from '../connection.ts';

/** What every line of the log says of a connection. */
export function lineOf({ service, server, dpid, client }: Connection): Body<AdoptedEntry> {
  const { name, protocol, vip, port } = service.config;
  return {
    service: name,
    dpid,
    protocol,
    client,
    vip: { ip: vip, port },
    server: { name: server.config.name, ip: server.config.ip, port: server.config.port },
  };
}

/**
 * Why a flow went, and when its last packet passed. Open vSwitch reports the idle timeout that was in force at the end: a
 * shorter one than the configured says that `fin_timeout` saw a FIN or RST.
 */
export function endOf(
  { idleTimeoutMs }: Connection,
  removed: MessageOf<'flowRemoved'>,
  now: number,
): { why: EndReason; lastActive: number } {
  if (removed.reason !== OFPRR.IDLE_TIMEOUT) return { why: 'deleted', lastActive: now };
  const idleMs = removed.idleTimeout * 1000;
  return { why: idleMs < idleTimeoutMs ? 'fin' : 'idle', lastActive: now - idleMs };
}
