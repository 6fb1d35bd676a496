import { OFPP } from '../../openflow/index.ts';
import { build } from '../../openflow/packet/build.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import { TCP } from '../../openflow/packet/tcp.ts';
import type { Random } from '../core/clock.ts';
import type { Command } from '../core/command.ts';
import { packetOut } from '../core/flow.ts';
import type { Location } from '../core/location.ts';
import type { Connection } from './connection.ts';

/**
 * Tells the client of a connection that was cut. A reset counts only with the very sequence number that the client expects (RFC 5961,
 * 3.2), which nobody here knows once data has flowed. So a client that waits for its first answer gets the reset at once; any other
 * gets a segment that is out of its window, which it answers with an acknowledgement (RFC 9293, 3.10.7.4); that comes to the controller,
 * because the flows are gone, and is answered with a reset that fits.
 */
export function farewell(connection: Connection, random: Random): Command[] {
  const { service, client, from, isn, answered, dpid } = connection;
  if (from === undefined || service.config.protocol !== 'tcp') return [];
  const { vip, port, mac } = service.config;
  const say = (tcp: { seq: number; ack: number; flags: number }, payload: Uint8Array): Command => {
    const frame = build({
      ethernet: { src: mac, dst: from.mac },
      ipv4: { src: vip, dst: client.ip },
      tcp: { srcPort: port, dstPort: client.port, window: 0, ...tcp },
      payload,
    });
    return packetOut(dpid, OFPP.CONTROLLER, [{ type: 'output', port: from.port }], frame);
  };
  const reset = { seq: 0, ack: ((isn ?? 0) + 1) >>> 0, flags: TCP.RST | TCP.ACK };
  // One byte before all data, as a keep-alive has it; unlike an empty segment its answer is not held back as part of a storm of ACKs.
  const seq = answered?.isn ?? Math.floor(random() * 2 ** 32);
  const probe = { seq, ack: reset.ack, flags: TCP.ACK };
  return [...(isn === undefined || answered !== undefined ? [] : [say(reset, NOTHING)]), say(probe, ONE_BYTE)];
}

const NOTHING = new Uint8Array(0);
const ONE_BYTE = new Uint8Array(1);

/** Connections that were cut and whose server may still hold them, at most; the oldest are forgotten first. */
const MAX_PARTED = 10_000;

/** Servers of connections that were cut, until their clients have shown the sequence number that the server expects. */
export class Partings {
  readonly #parted = new Map<string, Connection>();

  add(connection: Connection): void {
    this.#parted.set(connection.key, connection);
    if (this.#parted.size > MAX_PARTED) this.#parted.delete(this.#parted.keys().next().value!);
  }

  /** The client of a connection that was cut has spoken: its server is told, too. */
  onSegment(key: string, { tcp }: Packet): Command[] {
    const connection = this.#parted.get(key);
    if (connection === undefined || tcp === undefined) return [];
    this.#parted.delete(key);
    const { server, serverMac, client, from, service } = connection;
    const { location } = server;
    if (location === undefined) return [];
    const frame = build({
      ethernet: { src: from?.mac ?? service.config.mac, dst: serverMac },
      ipv4: { src: client.ip, dst: server.config.ip },
      tcp: { srcPort: client.port, dstPort: server.config.port, seq: tcp.seq, flags: TCP.RST, window: 0 },
    });
    return [toPlace(location, frame)];
  }
}

function toPlace({ dpid, port }: Location, frame: Uint8Array): Command {
  return packetOut(dpid, OFPP.CONTROLLER, [{ type: 'output', port }], frame);
}
