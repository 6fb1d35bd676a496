import type { z } from 'zod';
import { endpointText } from '../endpoint.ts';
import { earlierOf, refuse } from './fields.ts';
import type { ServiceConfig } from './service.ts';

/** Refuses the part of a service at a path. */
type Deny = (message: string, ...path: (string | number)[]) => void;

/** Refuses settings of services and their servers that are valid each on its own, but not together. */
export function refuseConflicts(services: readonly ServiceConfig[], context: z.RefinementCtx): void {
  const vips = new Set(services.map(({ vip }) => vip));
  const sameName = earlierOf(services, ({ name }) => name);
  const sameFront = earlierOf(services, frontOf);
  const sameVip = earlierOf(services, ({ vip }) => vip);
  for (const [i, entry] of services.entries()) {
    const deny: Deny = (message, ...path) => refuse(context, message, ['services', i, ...path]);
    const [name, front, mac] = [sameName[i], sameFront[i], services[sameVip[i] ?? i]!.mac];
    if (name !== undefined) deny(`"${entry.name}" is already service ${name + 1}`, 'name');
    if (front !== undefined) deny(`${frontOf(entry)} is already service "${services[front]!.name}"`, 'port');
    // Without the transform of a valid service, its MAC has not been derived from the VIP yet.
    if (entry.mac !== undefined && (mac ?? entry.mac) !== entry.mac) deny(`${entry.vip} already has the MAC ${mac}`, 'mac');
    denyServers(entry, vips, deny);
    denyHealth(entry, deny);
  }
}

function frontOf({ protocol, vip, port }: ServiceConfig): string {
  return `${protocol} ${endpointText({ ip: vip, port })}`;
}

function denyServers({ name: service, servers }: ServiceConfig, vips: ReadonlySet<string>, deny: Deny): void {
  const sameName = earlierOf(servers, ({ name }) => name);
  const sameBack = earlierOf(servers, endpointText);
  for (const [i, server] of servers.entries()) {
    const taken = (what: string) => `${what} is already a server of "${service}"`;
    if (sameName[i] !== undefined) deny(taken(`"${server.name}"`), 'servers', i, 'name');
    if (sameBack[i] !== undefined) deny(taken(endpointText(server)), 'servers', i, 'ip');
    if (vips.has(server.ip)) deny(`${server.ip} is a VIP; a server needs an address of its own`, 'servers', i, 'ip');
  }
}

/** Servers of a udp service are probed by ARP by default, and settings of TCP probes would have no effect. */
function denyHealth({ protocol, health }: ServiceConfig, deny: Deny): void {
  if (protocol === 'tcp' || health.type !== undefined) return;
  if (health.port !== undefined) deny('has no effect, because arp probes have no port', 'health', 'port');
  if (health.from !== 'switch') deny('has no effect, because arp probes go through the switch', 'health', 'from');
}
