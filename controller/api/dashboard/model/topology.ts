import { type Activity, byAddress } from './activity.ts';
import { type Identity, identityOf } from './identity.ts';
import type { Server, Service, Snapshot, Switch } from './snapshot.ts';

/** Clients that are drawn by themselves; the others are one node. */
export const MAX_CLIENTS = 6;
/** Servers that are drawn by themselves, of all services. */
export const MAX_SERVERS = 40;
/** The node of all clients that are not drawn. */
const OTHERS = 'client others';

interface NodeOf<K extends string> {
  /** `client 10.0.0.4`, `service web`, `switch 0000000000000001`, `server web/server1`. */
  readonly id: string;
  readonly kind: K;
}

export type ClientNode = NodeOf<'client'> & { readonly ip: string; readonly name: string | null; readonly others: number };
export type ServiceNode = NodeOf<'service'> & { readonly service: Service };
export type SwitchNode = NodeOf<'switch'> & { readonly dpid: string; readonly record: Switch | undefined };
export type ServerNode = NodeOf<'server'> & {
  readonly service: Service;
  readonly server: Server;
  readonly look: Identity;
};
export type Node = ClientNode | ServiceNode | SwitchNode | ServerNode;

/** A line between two nodes; `rate` in new connections per second over it. */
export interface Edge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly rate: number;
  /** Not there at the moment: a lost switch, a server that is nowhere. */
  readonly isBroken: boolean;
}

/** The network as it is drawn, in layers: clients, services, switches, servers. */
export interface Topology {
  readonly layers: readonly [readonly ClientNode[], readonly ServiceNode[], readonly SwitchNode[], readonly ServerNode[]];
  readonly edges: readonly Edge[];
}

/** As many servers can be looked at together; where there are more, the page begins with one service. */
const MAX_TOGETHER = 12;

/** The service that is looked at when the page begins; undefined: all. */
export function firstFocus(services: readonly Service[]): string | undefined {
  const servers = services.reduce((sum, service) => sum + service.servers.length, 0);
  return services.length > 1 && servers > MAX_TOGETHER ? services[0]!.name : undefined;
}

/** `focus` is the service that is looked at; undefined: all. `now` in milliseconds since the epoch. */
export function topologyOf(snapshot: Snapshot, activity: Activity, focus: string | undefined, now: number): Topology {
  const services = (snapshot.services ?? []).filter(({ name }) => focus === undefined || name === focus);
  const clients = clientNodes(snapshot, activity, now);
  const switches = switchNodes(snapshot, services);
  const servers = services.flatMap(serverNodes).slice(0, MAX_SERVERS);
  const links = linkEdges(snapshot, switches);
  const serviceNodes = services.map(service => ({ id: `service ${service.name}`, kind: 'service' as const, service }));
  return {
    layers: [clients, serviceNodes, switches, servers],
    edges: [
      ...clientEdges(clients, services, activity, now),
      ...serviceEdges(services, switches, activity, now),
      ...links,
      ...wayEdges(services, switches, links, activity, now),
      ...servers.flatMap(node => serverEdge(node, switches, activity, now)),
    ],
  };
}

/** The nodes that a decision passes, from the client to the server; fewer where they are not drawn. */
export function routeOf(
  topology: Topology,
  {
    client,
    service,
    dpid,
    server,
  }: { readonly client: string; readonly service: string; readonly dpid: string; readonly server: string },
): string[] {
  const [clients, services, switches, servers] = topology.layers;
  const from = clients.find(node => node.ip === client) ?? clients.find(({ id }) => id === OTHERS);
  const at = services.find(node => node.service.name === service);
  const to = servers.find(({ id }) => id === `server ${service}/${server}`);
  const first = switches.find(node => node.dpid === dpid) ?? switches[0];
  if (from === undefined || at === undefined || to === undefined || first === undefined) return [];
  const last = `switch ${to.server.location?.dpid ?? first.dpid}`;
  return [from.id, at.id, ...(between(topology.edges, first.id, last) ?? [first.id, last]), to.id];
}

function clientNodes({ hosts }: Snapshot, activity: Activity, now: number): ClientNode[] {
  const known = hosts.flatMap(({ ip, role }) => (role === 'client' && ip !== null ? [ip] : []));
  const all = [...new Set([...activity.clients(now), ...known])].sort(byAddress);
  const names = new Map(hosts.flatMap(({ ip, name }) => (ip === null || name === null ? [] : [[ip, name] as const])));
  const shown = all.length > MAX_CLIENTS ? all.slice(0, MAX_CLIENTS - 1) : all;
  const nodes = shown.map(ip => ({
    id: `client ${ip}`,
    kind: 'client' as const,
    ip,
    name: names.get(ip) ?? null,
    others: 0,
  }));
  const others = all.length - shown.length;
  return others === 0 ? nodes : [...nodes, { id: OTHERS, kind: 'client', ip: '', name: null, others }];
}

function switchNodes({ switches = [] }: Snapshot, services: readonly Service[]): SwitchNode[] {
  const seen = services.flatMap(({ servers }) => servers.flatMap(({ location }) => (location === null ? [] : [location.dpid])));
  const records = new Map((switches ?? []).map(record => [record.dpid as string, record]));
  return [...new Set([...records.keys(), ...seen])]
    .sort()
    .map(dpid => ({ id: `switch ${dpid}`, kind: 'switch', dpid, record: records.get(dpid) }));
}

function serverNodes(service: Service): ServerNode[] {
  return service.servers.map((server, index) => ({
    id: `server ${service.name}/${server.name}`,
    kind: 'server',
    service,
    server,
    look: identityOf(index),
  }));
}

function clientEdges(clients: readonly ClientNode[], services: readonly Service[], activity: Activity, now: number): Edge[] {
  return clients.flatMap(({ id, ip, others }) =>
    services.map(({ name }) => ({
      id: `${id} - service ${name}`,
      from: id,
      to: `service ${name}`,
      rate: others > 0 ? 0 : activity.rate(`client ${ip} ${name}`, now),
      isBroken: false,
    })),
  );
}

/** To the switches where its clients are; before the first one came, to the first switch. */
function serviceEdges(services: readonly Service[], switches: readonly SwitchNode[], activity: Activity, now: number): Edge[] {
  return services.flatMap(({ name }) => {
    const all = switches.map(node => ({ node, rate: activity.rate(`switch ${name} ${node.dpid}`, now) }));
    const used = all.filter(({ rate }) => rate > 0);
    return (used.length > 0 ? used : all.slice(0, 1)).map(({ node, rate }) => ({
      id: `service ${name} - ${node.id}`,
      from: `service ${name}`,
      to: node.id,
      rate,
      isBroken: node.record?.connected !== true,
    }));
  });
}

function linkEdges({ links }: Snapshot, switches: readonly SwitchNode[]): Edge[] {
  const known = new Set(switches.map(({ dpid }) => dpid));
  return links
    .filter(({ a, b }) => known.has(a.dpid) && known.has(b.dpid))
    .map(({ a, b }) => ({
      id: `link ${a.dpid}:${a.port} - ${b.dpid}:${b.port}`,
      from: `switch ${a.dpid}`,
      to: `switch ${b.dpid}`,
      rate: 0,
      isBroken: false,
    }));
}

/** Where connections go from one switch to another, and nobody knows over which links: the way itself. */
function wayEdges(
  services: readonly Service[],
  switches: readonly SwitchNode[],
  links: readonly Edge[],
  activity: Activity,
  now: number,
): Edge[] {
  const ways = new Map<string, Edge>();
  for (const { name, servers } of services) {
    const used = switches.filter(({ dpid }) => activity.rate(`switch ${name} ${dpid}`, now) > 0);
    const ends = switches.filter(({ dpid }) => servers.some(({ location }) => location?.dpid === dpid));
    for (const { id: from } of used) {
      for (const { id: to } of ends) {
        const isKnown = from === to || between(links, from, to) !== undefined;
        if (!isKnown) ways.set([from, to].sort().join(), { id: `way ${from} - ${to}`, from, to, rate: 0, isBroken: false });
      }
    }
  }
  return [...ways.values()];
}

/** A server that nobody found yet hangs, broken, on the first switch. */
function serverEdge(
  { id, server, service }: ServerNode,
  switches: readonly SwitchNode[],
  activity: Activity,
  now: number,
): Edge[] {
  const at = switches.find(({ dpid }) => dpid === server.location?.dpid) ?? switches[0];
  if (at === undefined) return [];
  const rate = activity.rate(`server ${service.name}/${server.name}`, now);
  const isBroken = server.location === null || server.health !== 'up';
  return [{ id: `${at.id} - ${id}`, from: at.id, to: id, rate, isBroken }];
}

/** The shortest way between two switches over the links that are known; undefined where there is none. */
function between(edges: readonly Edge[], from: string, to: string): string[] | undefined {
  const before = new Map<string, string | undefined>([[from, undefined]]);
  for (const at of before.keys()) {
    if (at === to) break;
    for (const edge of edges) {
      const next = edge.from === at ? edge.to : edge.to === at && edge.from.startsWith('switch') ? edge.from : undefined;
      if (next?.startsWith('switch') && !before.has(next)) before.set(next, at);
    }
  }
  if (!before.has(to)) return undefined;
  const way: string[] = [];
  for (let at: string | undefined = to; at !== undefined; at = before.get(at)) way.unshift(at);
  return way;
}
