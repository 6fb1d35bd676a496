import { endpointText } from '../endpoint.ts';
import type { ServiceConfig } from './service.ts';

/** A conflict between settings that are valid each on its own, at its path within the services. */
export interface Conflict {
  path: (string | number)[];
  message: string;
}

/** The conflicts among services and their servers. */
export function conflicts(services: readonly ServiceConfig[]): Conflict[] {
  const found: Conflict[] = [];
  const names = new Map<string, number>();
  const fronts = new Map<string, number>();
  const macs = new Map<string, string>();
  const vips = new Set(services.map(entry => entry.vip));
  services.forEach((entry, i) => {
    const front = `${entry.protocol} ${endpointText({ ip: entry.vip, port: entry.port })}`;
    if (names.has(entry.name))
      found.push({ path: ['services', i, 'name'], message: `"${entry.name}" is already service ${names.get(entry.name)! + 1}` });
    if (fronts.has(front))
      found.push({
        path: ['services', i, 'port'],
        message: `${front} is already service "${services[fronts.get(front)!]!.name}"`,
      });
    // Without the transform of a valid service, its MAC has not been derived from the VIP yet.
    if (entry.mac !== undefined && (macs.get(entry.vip) ?? entry.mac) !== entry.mac)
      found.push({ path: ['services', i, 'mac'], message: `${entry.vip} already has the MAC ${macs.get(entry.vip)}` });
    names.set(entry.name, i);
    fronts.set(front, i);
    macs.set(entry.vip, entry.mac);
    found.push(
      ...serverConflicts(entry, vips).map(({ path, message }) => ({ path: ['services', i, 'servers', ...path], message })),
    );
    found.push(...healthConflicts(entry).map(({ path, message }) => ({ path: ['services', i, 'health', ...path], message })));
  });
  return found;
}

/** Servers of a udp service are probed by ARP by default, and settings of TCP probes would have no effect. */
function healthConflicts({ protocol, health }: ServiceConfig): Conflict[] {
  if (protocol === 'tcp' || health.type !== undefined) return [];
  return [
    ...(health.port === undefined ? [] : [{ path: ['port'], message: 'has no effect, because arp probes have no port' }]),
    ...(health.from === 'switch' ? [] : [{ path: ['from'], message: 'has no effect, because arp probes go through the switch' }]),
  ];
}

function serverConflicts(entry: ServiceConfig, vips: ReadonlySet<string>): Conflict[] {
  const found: Conflict[] = [];
  const names = new Set<string>();
  const backs = new Set<string>();
  entry.servers.forEach((member, i) => {
    const back = endpointText(member);
    if (names.has(member.name))
      found.push({ path: [i, 'name'], message: `"${member.name}" is already a server of "${entry.name}"` });
    if (backs.has(back)) found.push({ path: [i, 'ip'], message: `${back} is already a server of "${entry.name}"` });
    if (vips.has(member.ip))
      found.push({ path: [i, 'ip'], message: `${member.ip} is a VIP; a server needs an address of its own` });
    names.add(member.name);
    backs.add(back);
  });
  return found;
}
