import { endpointText } from '../endpoint.ts';
import { earlierOf } from './fields.ts';
import type { ServiceConfig } from './service.ts';

/** A conflict between settings that are valid each on its own, at its path within the services. */
export interface Conflict {
  path: (string | number)[];
  message: string;
}

/** The conflicts among services and their servers. */
export function conflicts(services: readonly ServiceConfig[]): Conflict[] {
  const vips = new Set(services.map(({ vip }) => vip));
  const sameName = earlierOf(services, ({ name }) => name);
  const sameFront = earlierOf(services, frontOf);
  const sameVip = earlierOf(services, ({ vip }) => vip);
  return services.flatMap((entry, i) => {
    const [name, front, mac] = [sameName[i], sameFront[i], services[sameVip[i] ?? i]!.mac];
    const found: Conflict[] = [];
    if (name !== undefined) found.push({ path: ['name'], message: `"${entry.name}" is already service ${name + 1}` });
    if (front !== undefined)
      found.push({ path: ['port'], message: `${frontOf(entry)} is already service "${services[front]!.name}"` });
    // Without the transform of a valid service, its MAC has not been derived from the VIP yet.
    if (entry.mac !== undefined && (mac ?? entry.mac) !== entry.mac)
      found.push({ path: ['mac'], message: `${entry.vip} already has the MAC ${mac}` });
    found.push(...serverConflicts(entry, vips), ...healthConflicts(entry));
    return found.map(({ path, message }) => ({ path: ['services', i, ...path], message }));
  });
}

function frontOf({ protocol, vip, port }: ServiceConfig): string {
  return `${protocol} ${endpointText({ ip: vip, port })}`;
}

/** Servers of a udp service are probed by ARP by default, and settings of TCP probes would have no effect. */
function healthConflicts({ protocol, health }: ServiceConfig): Conflict[] {
  if (protocol === 'tcp' || health.type !== undefined) return [];
  return [
    ...(health.port === undefined
      ? []
      : [{ path: ['health', 'port'], message: 'has no effect, because arp probes have no port' }]),
    ...(health.from === 'switch'
      ? []
      : [{ path: ['health', 'from'], message: 'has no effect, because arp probes go through the switch' }]),
  ];
}

function serverConflicts({ name: service, servers }: ServiceConfig, vips: ReadonlySet<string>): Conflict[] {
  const sameName = earlierOf(servers, ({ name }) => name);
  const sameBack = earlierOf(servers, endpointText);
  return servers.flatMap((member, i) => {
    const taken = (what: string) => `${what} is already a server of "${service}"`;
    const found: Conflict[] = [];
    if (sameName[i] !== undefined) found.push({ path: ['servers', i, 'name'], message: taken(`"${member.name}"`) });
    if (sameBack[i] !== undefined) found.push({ path: ['servers', i, 'ip'], message: taken(endpointText(member)) });
    if (vips.has(member.ip))
      found.push({ path: ['servers', i, 'ip'], message: `${member.ip} is a VIP; a server needs an address of its own` });
    return found;
  });
}
