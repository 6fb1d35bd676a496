import type { Random } from '../../topologies/embedded/random.ts';
import type { LabHost, LabSpec } from '../../topologies/spec.ts';
import { type Config, type ConfigInput, configSchema } from '../core/config.ts';
import { type Range, WORLD } from './settings.ts';

export function wholeBetween(random: Random, [low, high]: Range): number {
  return low + random.integer(high - low + 1);
}

/** One of the names, each as often as its weight says; of all in the table unless said otherwise. */
export function weighted<K extends string>(
  random: Random,
  table: Readonly<Record<K, { readonly weight: number }>>,
  names: readonly K[] = Object.keys(table) as K[],
): K {
  const total = names.reduce((sum, name) => sum + table[name].weight, 0);
  let left = random.uniform(0, total);
  for (const name of names) {
    left -= table[name].weight;
    if (left < 0) return name;
  }
  return names.at(-1)!;
}

export function drawnSize(random: Random) {
  return {
    servers: wholeBetween(random, WORLD.servers),
    clients: wholeBetween(random, WORLD.clients),
    switches: wholeBetween(random, WORLD.switches),
  };
}

/** How large a lab is. */
export type Size = ReturnType<typeof drawnSize>;

export const VIP = '10.0.200.1';

/** Servers first, then clients, each at a switch of its own choice; the switches are a tree. */
export function labOf({ servers, clients, switches }: Size, random: Random): LabSpec {
  const host = (role: LabHost['role'], number: number): LabHost => {
    const address = { name: `h${number}`, ip: `10.0.${number >> 8}.${number & 255}`, role };
    return role === 'client' ? address : { ...address, page: `page of h${number}`, http: 8000, udp: 9000 };
  };
  const hosts = Array.from({ length: servers + clients }, (_, i) => host(i < servers ? 'server' : 'client', i + 1));
  const names = Array.from({ length: switches }, (_, i) => `s${i + 1}`);
  const pool = (port: number) => hosts.slice(0, servers).map(({ name, ip }) => ({ name, ip, port }));
  return {
    name: 'simulated',
    description: `${servers} servers, ${clients} clients, ${switches} switches`,
    switches: names.map(name => ({ name })),
    hosts,
    links: [
      ...hosts.map(({ name }) => [name, random.choice(names)] as const),
      ...names.slice(1).map((name, i) => [random.choice(names.slice(0, i + 1)), name] as const),
    ],
    services: [
      { name: 'web', vip: VIP, protocol: 'tcp', port: 80, strategy: 'round-robin', servers: pool(8000) },
      { name: 'echo', vip: VIP, protocol: 'udp', port: 53, strategy: 'round-robin', servers: pool(9000) },
    ],
  };
}

/** The controller's configuration for a lab; the timeouts are short enough to be seen in a world. */
export function configOf(spec: LabSpec, random: Random): Config {
  const seconds = (range: Range) => `${wholeBetween(random, range)}s`;
  const [tcp, udp, fin] = [seconds(WORLD.idleTimeoutSec), seconds(WORLD.udpIdleTimeoutSec), seconds(WORLD.finTimeoutSec)];
  const services: ConfigInput['services'] = spec.services.map(({ name, vip, protocol, port, strategy, servers }) => {
    const pool = servers.map(server => ({ ...server }));
    return { name, vip, protocol, port, strategy, servers: pool, idleTimeout: protocol === 'tcp' ? tcp : udp, finTimeout: fin };
  });
  return configSchema.parse({ services });
}
