import type { Packet } from '../../openflow/packet/packet.ts';
import type { ServiceConfig } from '../core/config.ts';
import { entryOf } from '../core/entry-of.ts';
import { type Ip, ipOf } from '../core/ip.ts';
import { type EndKey, endKey } from '../core/tuple.ts';
import type { StrategyBook } from '../strategies/book.ts';
import type { Server } from './server.ts';
import { freeId, VirtualService } from './virtual-service.ts';

/** A server as one of the services has it. */
export interface Member {
  readonly service: VirtualService;
  readonly server: Server;
}

/** What a new configuration took away. */
export interface Departures {
  readonly services: readonly VirtualService[];
  readonly servers: readonly Member[];
}

/** Every service, found by its name, by what clients connect to, or by the address of one of its servers. */
export class Services {
  #list: readonly VirtualService[] = [];
  #index = indexOf([]);

  /** In the order of the configuration. */
  get list(): readonly VirtualService[] {
    return this.#list;
  }

  /** The MAC address of each VIP. */
  get vips(): ReadonlyMap<Ip, string> {
    return this.#index.vips;
  }

  /** Whether a packet is for one of the VIPs. */
  isForVip({ ipv4, ipv6 }: Packet): boolean {
    const ip = ipv4 ?? ipv6;
    return ip !== undefined && this.#index.vips.has(ipOf(ip.dst));
  }

  named(name: string): VirtualService | undefined {
    return this.#list.find(service => service.name === name);
  }

  /** The one that clients reach there. */
  at(end: EndKey): VirtualService | undefined {
    return this.#index.ends.get(end);
  }

  /** Those that have a server there, or connections with one that left. */
  behind(end: EndKey): readonly VirtualService[] {
    return this.#index.backs.get(end) ?? [];
  }

  /** By `service/server`. */
  member(id: string): Member | undefined {
    return this.#index.members.get(id);
  }

  get members(): ReadonlyMap<string, Member> {
    return this.#index.members;
  }

  /** Servers whose health matters, by the number of their service and their own: those that left and still have connections, too. */
  get watched(): ReadonlyMap<string, Member> {
    return this.#index.watched;
  }

  /** Whether other servers are to be watched than before, because the last connection of one that left has ended. */
  refreshWatched(): boolean {
    const retired = this.#list.reduce((sum, service) => sum + service.retired.length, 0);
    if (retired === this.watched.size - this.members.size) return false;
    this.#index = indexOf(this.#list);
    return true;
  }

  /** Takes a new configuration. A service with another front or MAC address is another service. */
  configure(configs: readonly ServiceConfig[], book: StrategyBook): Departures {
    const before = new Map(this.#list.map(service => [identityOf(service.config), service]));
    const kept = configs.map(config => before.get(identityOf(config)));
    // Nor the number of one that leaves: its servers are watched under it.
    const taken = new Set(this.#list.map(({ id }) => id));
    const servers: Member[] = [];
    const list = configs.map((config, i) => {
      const service = kept[i];
      if (service === undefined) return new VirtualService(config, freeId(taken, 'service'), book);
      servers.push(...service.configure(config, book).map(server => ({ service, server })));
      return service;
    });
    const left = this.#list.filter(service => !list.includes(service));
    this.#list = list;
    this.#index = indexOf(list);
    return { services: left, servers };
  }

  /** Lets servers that came back grow into their share. */
  onTick(now: number): void {
    for (const service of this.#list) service.onTick(now);
  }
}

/** The ways to the services and their servers. */
function indexOf(services: readonly VirtualService[]) {
  const backs = new Map<EndKey, VirtualService[]>();
  const members = new Map<string, Member>();
  const watched = new Map<string, Member>();
  for (const service of services) {
    for (const server of service.servers) members.set(idOf(service, server), { service, server });
    for (const server of [...service.servers, ...service.retired]) {
      watched.set(checkIdOf(service, server), { service, server });
      entryOf(backs, server.end, () => []).push(service);
    }
  }
  const ends = new Map(services.map(service => [service.end, service]));
  const vips = new Map(services.map(({ config: { vip, mac } }) => [vip, mac]));
  return { ends, vips, backs, members, watched };
}

/** `web/server1`: a server among all. */
export function idOf(service: VirtualService, server: Server): string {
  return `${service.name}/${server.name}`;
}

/** A server among all, as long as it is watched. */
export function checkIdOf(service: VirtualService, server: Server): string {
  return `${service.id}/${server.id}`;
}

function identityOf({ name, protocol, vip, port, mac }: ServiceConfig): string {
  return `${name} ${endKey(protocol, vip, port)} ${mac}`;
}
