import { entryOf } from '../../core/entry-of.ts';
import type { Facts } from '../facts.ts';
import type { Faults } from '../finding.ts';
import type { NetworkFacts } from '../host-facts.ts';
import { isAtLeast } from './version.ts';

/** The userspace datapath of Open vSwitch computes checksums itself from this version on. */
const CHECKSUMS_SINCE = [3, 2] as const;

/** Hosts that offload checksums to a userspace datapath that does not compute them. */
export function* checksumOffload({ openVswitch: { bridges, version }, hosts, way }: Facts): Faults {
  if (!bridges.some(({ datapathType }) => datapathType === 'netdev') || isAtLeast(version, CHECKSUMS_SINCE)) return;
  const interfaces = hosts.flatMap(({ name, interfaces: all }) => all.map(one => ({ ...one, host: name })));
  for (const { host, name, leavesChecksums } of interfaces) {
    if (!leavesChecksums) continue;
    yield {
      about: [host],
      what: `${host} offloads the checksums of ${name} to hardware (tx-checksumming: on), and the datapath of the switch is in userspace.`,
      why: 'Nothing computes the checksums then: ping works, and every TCP connection hangs.',
      fix: [`${way.toHost(host)}ethtool -K ${name} tx off`],
    };
  }
}

/** An interface with another MTU than most. */
export function* mtu({ openVswitch: { bridges }, hosts, way }: Facts): Faults {
  const ports = bridges.flatMap(bridge => bridge.ports).filter(({ type }) => type === '');
  const all = [
    ...ports.flatMap(({ name, mtu: size }) => (size === undefined ? [] : [{ name, size, to: way.toSwitch }])),
    ...hosts.flatMap(host => host.interfaces.map(({ name, mtu: size }) => ({ name, size, to: way.toHost(host.name) }))),
  ];
  const counts = new Map<number, number>();
  for (const { size } of all) counts.set(size, entryOf(counts, size, () => 0) + 1);
  const [usual] = [...counts].toSorted(([a, one], [b, other]) => other - one || b - a)[0] ?? [];
  for (const { name, size, to } of all.filter(one => one.size !== usual))
    yield {
      about: [name],
      what: `The MTU of ${name} is ${size}; the other interfaces have ${usual}.`,
      why: 'Small requests work and large answers hang: a switch drops packets that are too long without an error.',
      fix: [`${to}ip link set ${name} mtu ${usual}`],
    };
}

/** The interfaces of hosts that have an address. */
function holdersOf({ hosts }: Facts, ip: string) {
  return hosts.flatMap(({ name: host, interfaces }) =>
    interfaces.flatMap(({ name: port, addresses }) =>
      addresses.filter(one => one.ip === ip).map(({ prefixLength }) => ({ host, port, prefixLength })),
    ),
  );
}

const vipsOf = ({ controller: { services } }: Facts) => new Set(services.map(({ vip }) => vip));

/** A host has a VIP as its own address, or answers ARP for it. */
export function* vipOwner(facts: Facts): Faults {
  const why = 'Only the switch may own a VIP: clients near that host reach the host instead of the servers, or nothing.';
  for (const vip of vipsOf(facts)) {
    const holders = holdersOf(facts, vip);
    for (const { host, port, prefixLength } of holders)
      yield {
        about: [vip],
        what: `${host} has the VIP ${vip} as its own address on ${port}.`,
        why,
        fix: [`${facts.way.toHost(host)}ip addr del ${vip}/${prefixLength} dev ${port}`],
      };
    const claim = facts.claims.find(found => found.vip === vip);
    if (holders.length === 0 && claim !== undefined)
      yield {
        about: [vip],
        what: `A machine on ${claim.bridge} answers ARP for the VIP ${vip}.`,
        why,
        fix: [`ip addr del ${vip}/24 dev eth0   # on the machine that has the address`],
      };
  }
}

/** Clients that have no route to a VIP. */
export function* vipSubnet(facts: Facts): Faults {
  const servers = new Set(facts.controller.services.flatMap(({ servers: pool }) => pool.map(({ ip }) => ip)));
  const clients = facts.hosts.flatMap(({ name, interfaces, routes }) => {
    const isServer = interfaces.some(({ addresses }) => addresses.some(({ ip }) => servers.has(ip)));
    const port = interfaces.find(({ addresses }) => addresses.length > 0)?.name;
    return isServer || port === undefined ? [] : [{ name, port, routes }];
  });
  for (const vip of vipsOf(facts)) {
    const cut = clients.filter(({ routes }) => !routes.some(route => contains(route, vip)));
    if (cut.length === 0) continue;
    yield {
      about: [vip],
      what: `${cut.map(({ name }) => name).join(', ')} ${cut.length === 1 ? 'has' : 'have'} no route to the VIP ${vip}.`,
      why: 'The VIP is outside of their networks, so their requests fail with "Network is unreachable".',
      fix: cut.map(({ name, port }) => `${facts.way.toHost(name)}ip route add ${vip}/32 dev ${port}`),
    };
  }
}

function contains({ ip, prefixLength }: NetworkFacts, vip: string): boolean {
  const networkOf = (address: string) => {
    const number = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    return Math.floor(number / 2 ** (32 - prefixLength));
  };
  return networkOf(ip) === networkOf(vip);
}

/** A controller that has run for less than this may still be probing. */
const ASKING_MS = 5000;

/** A server that has never answered ARP. */
export function* serversKnown(facts: Facts): Faults {
  const { controller, hosts, way } = facts;
  if (controller.clock !== undefined && controller.clock.uptimeMs < ASKING_MS) return;
  const all = controller.services.flatMap(({ name, servers }) => servers.map(one => ({ ...one, path: `${name}/${one.name}` })));
  for (const { path, ip, reason, state, health, location } of all) {
    if (state === 'maintenance' || health === 'up' || location !== null) continue;
    const [holder] = holdersOf(facts, ip);
    const where = holder === undefined ? (hosts.length > 0 ? ', which no host here has,' : '') : ` (host ${holder.host})`;
    yield {
      about: [path],
      what: `${path} at ${ip}${where} has never answered ARP${reason === '' ? '' : ` (${reason})`}.`,
      why: 'It gets no connections; the other servers carry its share.',
      fix:
        holder === undefined
          ? [
              `${way.self} config show   # if the address is wrong, correct it in vipflow.yaml`,
              `ip addr add ${ip}/24 dev eth0   # on the server`,
            ]
          : [`${way.toHost(holder.host)}ip link set ${holder.port} up`, `${way.toHost(holder.host)}ping -c 1 -W 1 ${ip}`],
    };
  }
}
