import type { Server } from '../../pool/server.ts';
import { idOf } from '../../pool/services.ts';
import type { VirtualService } from '../../pool/virtual-service.ts';
import { strategies } from '../../strategies/catalogue.ts';
import type { ApiContext } from '../api-context.ts';
import type { ServerView, ServiceView } from '../shapes.ts';

export function servicesView(context: ApiContext): ServiceView[] {
  return context.app.services.list.map(service => serviceView(context, service));
}

export function serviceView(context: ApiContext, service: VirtualService): ServiceView {
  const { name, vip, mac, protocol, port, strategy, mode } = service.config;
  const expectedShareOf = expectedShares(service);
  const servers = service.servers.map(server => serverView(context, service, server, expectedShareOf));
  return {
    name,
    vip,
    mac,
    protocol,
    port,
    strategy: { name: strategy.name, options: { ...strategy.options } },
    shadow: shadowView(service),
    affinity: { ...service.affinity.config },
    mode,
    state: context.app.health.stateOf(service),
    connections: servers.reduce((sum, server) => sum + server.connections, 0),
    newPerSecond: context.statistics.newPerSecond(name),
    bytesPerSecond: context.statistics.bytesPerSecond(name),
    servers,
  };
}

export function serverView(
  { app, statistics, now }: ApiContext,
  service: VirtualService,
  server: Server,
  expectedShareOf = expectedShares(service),
): ServerView {
  const { name, ip, port, weight, state } = server.config;
  const id = idOf(service, server);
  const oldest = app.balancer.carrier.connections.oldestOf(server);
  const { place: location, since } = server;
  const lately = statistics.newInMinute(service.name);
  // Flat: properties behind a spread take Node 20 ten times as long, and each open dashboard asks for every server each second.
  return {
    name,
    ip,
    port,
    weight,
    ramp: server.ramp,
    state,
    health: server.health,
    reason: server.reason,
    since: since === undefined ? null : new Date(since).toISOString(),
    location: location === undefined ? null : { dpid: location.dpid, port: location.port, mac: location.mac },
    connections: server.connections,
    oldestMs: oldest === undefined ? null : Math.max(0, now() - oldest.since),
    chosen: server.chosen,
    share: lately === 0 ? null : Math.min(1, statistics.newInMinute(id) / lately),
    expectedShare: expectedShareOf(server),
    newPerSecond: statistics.newPerSecond(id),
    bytesPerSecond: statistics.bytesPerSecond(id),
    responseMs: server.response === undefined ? null : server.response.ms,
  };
}

/** The share of new connections that a server gets when the strategy follows the weights. */
function expectedShares({ candidates, config }: VirtualService): (server: Server) => number {
  const ignoresWeights = strategies[config.strategy.name]?.ignoresWeights;
  const worth = ({ weight, ramp }: Server) => (ignoresWeights ? ramp : weight);
  const all = candidates.reduce((sum, candidate) => sum + worth(candidate), 0);
  return server => (server.isEligible ? worth(server) / all : 0);
}

function shadowView({ config: { shadow: config }, shadow }: VirtualService): ServiceView['shadow'] {
  if (config === undefined || shadow === undefined) return null;
  const { asked, agreed, chosen } = shadow;
  return { name: config.name, options: { ...config.options }, asked, agreed, chosen: Object.fromEntries(chosen) };
}
