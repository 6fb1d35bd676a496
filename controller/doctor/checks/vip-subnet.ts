import type { HostFacts } from '../facts.ts';
import type { Check } from '../finding.ts';

/** A client for which a VIP is no neighbour, and which has no way out of its network, never asks for it. */
export const vipSubnet: Check = ({ controller: { services }, hosts, way }) => {
  const vips = [...new Set(services.map(({ vip }) => vip))];
  const servers = new Set(services.flatMap(({ servers }) => servers.map(({ ip }) => ip)));
  const clients = hosts.filter(host => addressesOf(host).some(({ ip }) => !servers.has(ip)) && !isOnly(host, servers));
  return vips.flatMap(vip => {
    const cut = clients.filter(host => !host.hasDefaultRoute && !addressesOf(host).some(address => contains(address, vip)));
    if (cut.length === 0) return [];
    const [first] = cut;
    const port = first!.interfaces[0]!.name;
    return [
      {
        about: [vip],
        what: `The VIP ${vip} is outside of the network of ${cut.map(({ name }) => name).join(', ')}.`,
        why: 'They have no route to it: their requests do not even leave ("Network is unreachable").',
        mend: cut.map(
          ({ name }) => `${way.toHost(name)}ip route add ${vip}/32 dev ${name === first!.name ? port : firstPort(cut, name)}`,
        ),
      },
    ];
  });
};

function firstPort(hosts: readonly HostFacts[], name: string): string {
  return hosts.find(host => host.name === name)!.interfaces[0]!.name;
}

const addressesOf = ({ interfaces }: HostFacts) => interfaces.flatMap(({ addresses }) => addresses);
const isOnly = (host: HostFacts, servers: ReadonlySet<string>) => addressesOf(host).some(({ ip }) => servers.has(ip));

function contains({ ip, prefixLength }: { ip: string; prefixLength: number }, vip: string): boolean {
  const mask = prefixLength === 0 ? 0 : (-1 << (32 - prefixLength)) >>> 0;
  return (numberOf(ip) & mask) >>> 0 === (numberOf(vip) & mask) >>> 0;
}

function numberOf(ip: string): number {
  return ip.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
