import type { App } from '../../app.ts';
import { idOf } from '../../pool/services.ts';
import type { HostView } from '../shapes.ts';

/** All hosts that the switches have learnt; a server is placed where its probes were answered. */
export function hostsView({ network, services }: App): HostView[] {
  const servers = new Map<string, { ip: string; name: string }>();
  for (const { service, server } of services.members.values()) {
    const mac = server.place?.mac;
    if (mac !== undefined && !servers.has(mac)) servers.set(mac, { ip: server.config.ip, name: idOf(service, server) });
  }
  return [...network.places.list()].map(({ mac, ip, dpid, port, isClient }) => {
    const server = servers.get(mac);
    const role = server !== undefined ? 'server' : isClient ? 'client' : 'other';
    return { mac, ip: server?.ip ?? ip ?? null, dpid, port, role, name: server?.name ?? null };
  });
}
