import { stdoutOf, type World } from './world.ts';

interface Link {
  readonly ifname: string;
  readonly mtu: number;
  readonly link_type: string;
  readonly addr_info?: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}

export type HostFacts = Awaited<ReturnType<typeof one>>;
/** An IPv4 address and the length of its network prefix. */
export type NetworkFacts = ReturnType<typeof networkOf>;

/** Interfaces and routes of the hosts that can be examined: those of a lab, or of a Mininet on this machine. */
export async function hostFacts(world: World): Promise<HostFacts[]> {
  return Promise.all((await world.hosts()).map(name => one(world, name)));
}

async function one(world: World, name: string) {
  const [addresses, routes] = await Promise.all([
    stdoutOf(world, ['ip', '-json', 'addr', 'show'], name),
    stdoutOf(world, ['ip', '-4', '-json', 'route', 'show'], name),
  ]);
  const links = listOf<Link>(addresses).filter(({ link_type }) => link_type !== 'loopback');
  return {
    name,
    interfaces: await Promise.all(links.map(link => interfaceFacts(world, name, link))),
    /** The networks that it has a route to, its own included. */
    routes: listOf<{ dst: string }>(routes).map(({ dst }) => networkOf(dst)),
  };
}

async function interfaceFacts(world: World, host: string, { ifname, mtu, addr_info = [] }: Link) {
  const features = await stdoutOf(world, ['ethtool', '-k', ifname], host);
  const checksums = /^tx-checksumming: (on|off)/m.exec(features)?.[1];
  return {
    name: ifname,
    mtu,
    addresses: addr_info
      .filter(({ family }) => family === 'inet')
      .map(({ local: ip, prefixlen: prefixLength }) => ({ ip, prefixLength })),
    /** Whether it offloads TX checksums; undefined where ethtool is missing. */
    leavesChecksums: checksums === undefined ? undefined : checksums === 'on',
  };
}

/** `default`, `10.0.0.0/8`, or a single address. */
function networkOf(destination: string) {
  if (destination === 'default') return { ip: '0.0.0.0', prefixLength: 0 };
  const [ip = '', length = '32'] = destination.split('/');
  return { ip, prefixLength: Number(length) };
}

/** What `ip -json` printed; it prints nothing at all, or `[{}]`, where there is nothing. */
export function listOf<T>(text: string): T[] {
  return text.trim() === '' ? [] : (JSON.parse(text) as T[]).filter(item => Object.keys(item as object).length > 0);
}
