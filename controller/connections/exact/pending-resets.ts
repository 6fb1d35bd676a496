import type { Packet } from '../../../openflow/packet/packet.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { tcpSegment } from '../../../openflow/packet/tcp-message.ts';
import type { Random } from '../../core/clock.ts';
import type { Command } from '../../core/command.ts';
import { frameOut } from '../../core/flow.ts';
import type { TupleKey } from '../../core/tuple.ts';
import type { Connection } from '../connection.ts';
import type { PortOf } from './lifetimes.ts';

/**
 * Tells the client of a connection that was cut. A reset counts only with the very sequence number that the client expects (RFC 5961,
 * 3.2), which nobody here knows once data has flowed. So a client that waits for its first answer gets the reset at once; any other
 * gets a segment that is out of its window, which it answers with an acknowledgement (RFC 9293, 3.10.7.4); that comes to the controller,
 * because the flows are gone, and is answered with a reset that fits.
 */
function resetsFor(connection: Connection, random: Random, portOf: PortOf): Command[] {
  const { service, client, from, isn, answered, dpid } = connection;
  if (from === undefined || service.config.protocol !== 'tcp') return [];
  const { vip, port, mac } = service.config;
  const say = (tcp: { seq: number; ack: number; flags: number }, payload: Uint8Array): Command => {
    const frame = tcpSegment({ mac, ip: vip, port }, { mac: from.mac, ...client }, { window: 0, ...tcp }, payload);
    return frameOut(dpid, portOf(dpid, from.mac) ?? from.port, frame);
  };
  const reset = { seq: 0, ack: ((isn ?? 0) + 1) >>> 0, flags: TCP.RST | TCP.ACK };
  // One byte before all data, as a keep-alive has it; unlike an empty segment its answer is not held back as part of a storm of ACKs.
  const seq = answered?.isn ?? Math.floor(random() * 2 ** 32);
  const probe = { seq, ack: reset.ack, flags: TCP.ACK };
  return [...(isn === undefined || answered !== undefined ? [] : [say(reset, NOTHING)]), say(probe, ONE_BYTE)];
}

const NOTHING = new Uint8Array(0);
const ONE_BYTE = new Uint8Array(1);

/** Connections that were cut and whose ends may not know it yet, at most; the oldest are forgotten first. */
const MAX_PENDING = 10_000;
/**
 * Open vSwitch may carry the client's answer along the old way until it has revalidated its cache, "usually within a second": so it is
 * asked again after these times, unless it has spoken.
 */
const AGAIN_AFTER_MS = [100, 400, 1500, 4000];

interface PendingReset {
  readonly connection: Connection;
  /** Its server had closed it. */
  readonly isOver: boolean;
  readonly cutAt: number;
  /** How often the client was asked again. */
  asked: number;
}

/** Connections that were cut, until their clients have spoken: then both ends are reset. */
export class PendingResets {
  readonly #pending = new Map<TupleKey, PendingReset>();
  readonly #random: Random;
  readonly #portOf: PortOf;

  constructor(random: Random, portOf: PortOf) {
    this.#random = random;
    this.#portOf = portOf;
  }

  /** A connection was cut: its client is reset, unless its server had closed it. */
  add(connection: Connection, isOver: boolean, now: number): Command[] {
    this.#pending.set(connection.key, { connection, isOver, cutAt: now, asked: 0 });
    if (this.#pending.size > MAX_PENDING) this.#pending.delete(this.#pending.keys().next().value!);
    return isOver ? [] : resetsFor(connection, this.#random, this.#portOf);
  }

  /** Whether a SYN opened a connection that was cut after it had been answered: a copy that took long on its way. */
  isStale(key: TupleKey, { tcp }: Packet): boolean {
    const { isn, answered } = this.#pending.get(key)?.connection ?? {};
    return answered !== undefined && isn === tcp?.seq;
  }

  /** Asks again those that have not spoken. */
  onTick(now: number): Command[] {
    if (this.#pending.size === 0) return [];
    const commands: Command[] = [];
    for (const [key, pending] of this.#pending) {
      const after = AGAIN_AFTER_MS[pending.asked];
      if (after === undefined) this.#pending.delete(key);
      else if (now >= pending.cutAt + after) {
        pending.asked += 1;
        if (!pending.isOver) commands.push(...resetsFor(pending.connection, this.#random, this.#portOf));
      }
    }
    return commands;
  }

  /** The port is used for a new connection: the old one is of no interest any more. */
  forget(key: TupleKey): void {
    this.#pending.delete(key);
  }

  /** The client of a connection that was cut has spoken, and is answered with a reset: its server is reset, too. */
  onSegment(key: TupleKey, { tcp }: Packet): Command[] {
    const pending = this.#pending.get(key);
    if (pending === undefined || tcp === undefined) return [];
    this.#pending.delete(key);
    const { server, serverMac, client, from, service } = pending.connection;
    const { place } = server;
    if (place === undefined) return [];
    const { ip, port } = server.config;
    const inItsName = { mac: from?.mac ?? service.config.mac, ...client };
    const frame = tcpSegment(inItsName, { mac: serverMac, ip, port }, { seq: tcp.seq, flags: TCP.RST, window: 0 });
    return [frameOut(place.dpid, place.port, frame)];
  }
}
