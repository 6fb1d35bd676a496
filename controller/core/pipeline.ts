import type { Match, MessageInput } from '../../openflow/index.ts';
import { cookieOf, type OWNER, readCookie } from './cookie.ts';

/** A table of the pipeline, as data. */
interface Table {
  readonly id: number;
  /** What it decides. */
  readonly what: string;
  /** Fields that its flows may match. */
  readonly matches: readonly (keyof Match)[];
  /** Tables that a packet may go to from here. */
  readonly next: readonly string[];
  /** What becomes of a packet that no flow knows. */
  readonly miss: string;
}

const TUPLE = ['ethType', 'ipProto', 'ipv4Src', 'ipv4Dst', 'tcpSrc', 'tcpDst', 'udpSrc', 'udpDst'] as const;

/**
 * The tables, in the order in which a packet passes them. Every number that meets the switch is in this file and in `cookie.ts`; nothing
 * else in the controller may hold one. A test holds every flow that is ever sent against these tables (`flowProblem`), and
 * `docs/pipeline.md` is generated from them.
 */
export const PIPELINE = {
  admit: {
    id: 0,
    what: 'answers to probes go to the controller, ARP for a VIP is answered, a VIP as a source address is dropped; answers of servers are copied',
    matches: ['ethDst', 'arpOp', 'arpSpa', 'arpTpa', 'tcpFlags', ...TUPLE],
    next: ['service'],
    miss: 'goes to `service`',
  },
  service: {
    id: 1,
    what: 'connections in both directions, then the VIP itself',
    matches: ['tcpFlags', ...TUPLE],
    next: ['learn', 'forward'],
    miss: 'goes to `learn`',
  },
  learn: {
    id: 2,
    what: 'whether the source is where it is known to be',
    matches: ['inPort', 'ethSrc'],
    next: ['forward'],
    miss: 'is copied to the controller and goes to `forward`',
  },
  forward: { id: 3, what: 'where the destination is', matches: ['ethDst'], next: [], miss: 'is flooded' },
  trial: {
    id: 100,
    what: 'no packet gets here: what a switch can do is tried with flows of this table in the handshake',
    matches: ['tcpFlags', ...TUPLE],
    next: [],
    miss: 'cannot be',
  },
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof PIPELINE;

/** The numbers of the tables, by name. */
export const TABLE = Object.fromEntries(Object.entries(PIPELINE).map(([name, { id }]) => [name, id])) as {
  readonly [N in TableName]: (typeof PIPELINE)[N]['id'];
};

/** The tables that packets pass. */
export const PACKET_TABLES: readonly number[] = Object.values(TABLE).filter(table => table !== TABLE.trial);

/** Higher wins within a table. */
export const PRIORITY = {
  /** What nothing else matched. */
  miss: 0,
  /** A server's reply that belongs to no connection. */
  reply: 50,
  /** A known host; the closed ports of a VIP. */
  forwarding: 100,
  /** What a server answers and how it closes, copied to the controller. */
  observation: 150,
  /** A VIP's service port, to the controller. */
  vip: 200,
  /** One direction of one connection. */
  connection: 400,
  /** The SYN of a new connection, even where an old one left its flow. */
  newConnection: 450,
  /** ARP for a VIP, answers to our probes. */
  address: 500,
  /** What nobody may send. */
  guard: 600,
} as const;

const PRIORITIES: ReadonlySet<number> = new Set(Object.values(PRIORITY));
const BY_ID: ReadonlyMap<number, [string, Table]> = new Map(Object.entries(PIPELINE).map(entry => [entry[1].id, entry]));

type FlowMod = Extract<MessageInput, { readonly type: 'flowMod' }>;

/** What is wrong with a flow that is to be added, by the tables above; undefined where it fits. */
export function flowProblem({
  tableId = 0,
  priority = 0,
  match = {},
  instructions = [],
  cookie = 0n,
}: FlowMod): string | undefined {
  const [name, table] = BY_ID.get(tableId) ?? [];
  if (name === undefined || table === undefined) return `there is no table ${tableId}`;
  if (!PRIORITIES.has(priority)) return `table ${name}: priority ${priority} has no name`;
  if (readCookie(cookie) === undefined) return `table ${name}: cookie ${cookie.toString(16)} is nobody's`;
  const stray = Object.keys(match).find(field => !(table.matches as readonly string[]).includes(field));
  if (stray !== undefined) return `table ${name} does not match ${stray}`;
  for (const instruction of instructions) {
    if (instruction.type !== 'gotoTable') continue;
    const to = BY_ID.get(instruction.tableId)?.[0];
    if (to === undefined || !table.next.includes(to)) return `nothing goes from table ${name} to ${to ?? instruction.tableId}`;
  }
  return undefined;
}

/** The cookie of flows that should be there whatever connections there are; they belong to no session. */
export function desiredCookie(owner: Exclude<keyof typeof OWNER, 'connection'>): bigint {
  return cookieOf({ round: 0, owner });
}
