import type { Dpid } from '../core/dpid.ts';
import type { EndReason } from '../core/events.ts';
import type { Ip } from '../core/ip.ts';
import type { TupleKey } from '../core/tuple.ts';
import type { Server } from '../pool/server.ts';
import type { VirtualService } from '../pool/virtual-service.ts';

/** One direction of a connection: whether its flow is in the switch, and what passed: its flows' counters and what we carried. */
export interface Direction {
  installed: boolean;
  /** When its flow was sent last. */
  sentAt: number;
  /** The last dump lacked its flow. */
  isMissed: boolean;
  /** We asked the switch to remove the flow, and it has not reported yet. */
  leaving: boolean;
  /** A FIN or RST was seen: the flow left with the short timeout. */
  closed: boolean;
  bytes: number;
  packets: number;
}

/** One client to server mapping of one 5-tuple. */
export interface Connection {
  /** Of the client and the VIP. */
  readonly key: TupleKey;
  readonly service: VirtualService;
  readonly server: Server;
  readonly serverMac: string;
  /** The switch that rewrites: the client's edge. */
  readonly dpid: Dpid;
  readonly client: { readonly ip: Ip; readonly port: number };
  /** Where the client's last packet came from; undefined for an adopted connection until then. */
  from: { readonly mac: string; readonly port: number } | undefined;
  /** Of both flows; names this connection among all of the switch. */
  readonly cookie: bigint;
  /** `seq` of its decision or adoption. */
  readonly of: number;
  /** Of its flows; the configuration may have another one by now. */
  readonly idleTimeoutMs: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  lastActive: number;
  /** The client's initial sequence number; undefined for UDP and for adopted connections. */
  isn: number | undefined;
  /** When the server's SYN-ACK was seen, and its initial sequence number. */
  answered: { readonly at: number; readonly isn: number } | undefined;
  /** When the server was seen to be done with it; it does not count as living from then on. */
  closedAt: number | undefined;
  /** Adopted before the client's first packet behind its SYN: the next SYN is the one it was opened with, sent again. */
  isOpening: boolean;
  /** Client to server. */
  readonly in: Direction;
  /** Server to client. */
  readonly out: Direction;
  ending: EndReason | undefined;
  /** How often its flows were put back after somebody else had deleted them. */
  restored: number;
  /** The one of the same 5-tuple that gave way to it, in the same bundle. */
  readonly replaces: Connection | undefined;
}

export function direction(installed: boolean, sentAt: number): Direction {
  return { installed, sentAt, isMissed: false, leaving: false, closed: false, bytes: 0, packets: 0 };
}
