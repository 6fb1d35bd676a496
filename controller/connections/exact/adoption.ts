import type { Match } from '../../../openflow/index.ts';
import type { ServiceConfig } from '../../core/config.ts';
import { readCookie } from '../../core/cookie.ts';
import { ipOf } from '../../core/ip.ts';
import type { InstalledFlow, Switch } from '../../core/switch.ts';
import { endKey, tupleKey } from '../../core/tuple.ts';
import type { Services } from '../../pool/services.ts';
import { type Connection, direction } from '../connection.ts';
import { PORT_FIELDS } from './rewrite.ts';

/**
 * The switch is the database: its flows name every living connection. Those of services or servers that are no longer
 * configured are left to end by themselves. `of` is 0 until the log has a line for a connection.
 */
export function adoptedConnections(
  at: Switch,
  installed: readonly InstalledFlow[],
  services: Services,
  now: number,
): Connection[] {
  const pairs = new Map<bigint, Partial<Record<'in' | 'out', Sighting>>>();
  for (const flow of installed) {
    const sighting = readCookie(flow.cookie)?.owner === 'connection' ? sight(flow) : undefined;
    if (sighting !== undefined) pairs.set(flow.cookie, { ...pairs.get(flow.cookie), [sighting.direction]: sighting });
  }
  return [...pairs].flatMap(([cookie, pair]) => adopt(at, cookie, pair, services, now) ?? []);
}

type Address = Connection['client'];

/** One flow, read as a direction of a connection. */
interface Sighting {
  direction: 'in' | 'out';
  protocol: 'tcp' | 'udp';
  client: Address;
  vip: Address;
  server: Address;
  serverMac: string | undefined;
  ageMs: number;
  packets: bigint;
  /** In force now: `fin_timeout` shortens it at a FIN or RST. */
  idleMs: number;
}

function sight({ match, instructions, durationSec, packetCount: packets, idleTimeout }: InstalledFlow): Sighting | undefined {
  const protocol = match.tcpSrc !== undefined ? 'tcp' : 'udp';
  const { src, dst } = PORT_FIELDS[protocol];
  const from = addressOf(match.ipv4Src ?? match.ipv6Src, match[src]);
  const to = addressOf(match.ipv4Dst ?? match.ipv6Dst, match[dst]);
  const set: Match = {};
  for (const instruction of instructions) {
    if (instruction.type !== 'applyActions') continue;
    for (const action of instruction.actions) if (action.type === 'setField') Object.assign(set, action.field);
  }
  const back = addressOf(set.ipv4Src ?? set.ipv6Src, set[src]);
  const onward = addressOf(set.ipv4Dst ?? set.ipv6Dst, set[dst]);
  if (from === undefined || to === undefined) return undefined;
  const counted = { ageMs: durationSec * 1000, packets, idleMs: idleTimeout * 1000 };
  if (back) return { direction: 'out', protocol, client: to, vip: back, server: from, serverMac: undefined, ...counted };
  const serverMac = typeof set.ethDst === 'string' ? set.ethDst : undefined;
  if (onward) return { direction: 'in', protocol, client: from, vip: to, server: onward, serverMac, ...counted };
  return undefined;
}

function adopt(
  at: Switch,
  cookie: bigint,
  pair: Partial<Record<'in' | 'out', Sighting>>,
  services: Services,
  now: number,
): Connection | undefined {
  const { protocol, client, vip, server: address, ageMs } = (pair.in ?? pair.out)!;
  const end = endKey(protocol, vip.ip, vip.port);
  const service = services.at(end);
  const server =
    service &&
    [...service.servers, ...service.retired].find(({ config }) => config.ip === address.ip && config.port === address.port);
  const serverMac = pair.in?.serverMac ?? server?.place?.mac;
  if (service === undefined || server === undefined || serverMac === undefined) return undefined;
  return {
    key: tupleKey(end, client.ip, client.port),
    service,
    server,
    serverMac,
    dpid: at.dpid,
    client,
    from: undefined,
    cookie,
    of: 0,
    idleTimeoutMs: service.config.idleTimeoutMs,
    since: now - ageMs,
    lastActive: now - ageMs,
    isn: undefined,
    answered: undefined,
    closedAt: isClosed(pair.out, service.config) ? now : undefined,
    // SYNs come to the controller, whatever else the client sends is counted by its flow.
    isOpening: protocol === 'tcp' && (pair.in ?? pair.out)!.packets === 0n,
    in: direction(pair.in !== undefined, now),
    out: direction(pair.out !== undefined, now),
    ending: undefined,
    restored: 0,
    replaces: undefined,
  };
}

/** Its server had closed it: it does not count as living. */
function isClosed(out: Sighting | undefined, { finTimeoutMs, idleTimeoutMs }: ServiceConfig): boolean {
  return out !== undefined && finTimeoutMs < idleTimeoutMs && out.idleMs <= finTimeoutMs;
}

function addressOf(ip: unknown, port: unknown): Address | undefined {
  return typeof ip === 'string' && typeof port === 'number' ? { ip: ipOf(ip), port } : undefined;
}
