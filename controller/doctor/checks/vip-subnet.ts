import type { HostFacts, NetworkFacts } from '../facts.ts';
import type { Check } from '../finding.ts';

/** Clients that have no route to a VIP. */
export const vipSubnet: Check = ({ controller: { services }, hosts, way }) => {
  const vips = [...new Set(services.map(({ vip }) => vip))];
  const servers = new Set(services.flatMap(({ servers: pool }) => pool.map(({ ip }) => ip)));
  const clients = hosts.filter(({ interfaces }) => {
    const addresses = interfaces.flatMap(one => one.addresses);
    return addresses.length > 0 && !addresses.some(({ ip }) => servers.has(ip));
  });
  return vips.flatMap(vip => {
    const cut = clients.filter(({ routes }) => !routes.some(route => contains(route, vip)));
    if (cut.length === 0) return [];
    return [
      {
        about: [vip],
        what: `${cut.map(({ name }) => name).join(', ')} ${cut.length === 1 ? 'has' : 'have'} no route to the VIP ${vip}.`,
        why: 'The VIP is outside of their networks, so their requests fail with "Network is unreachable".',
        fix: cut.map(host => `${way.toHost(host.name)}ip route add ${vip}/32 dev ${portOf(host)}`),
      },
    ];
  });
};

function portOf({ interfaces }: HostFacts): string {
  return interfaces.find(({ addresses }) => addresses.length > 0)!.name;
}

function contains({ ip, prefixLength }: NetworkFacts, vip: string): boolean {
  const size = 2 ** (32 - prefixLength);
  return Math.floor(numberOf(ip) / size) === Math.floor(numberOf(vip) / size);
}

function numberOf(ip: string): number {
  return ip.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
