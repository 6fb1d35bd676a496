import type { Packet } from '../../openflow/packet/packet.ts';
import type { ServiceConfig } from '../core/config.ts';
import { entryOf } from '../core/entry-of.ts';
import type { StrategyBook } from '../strategies/book.ts';
import type { Server } from './server.ts';
import { freeId, frontOf, VirtualService } from './virtual-service.ts';

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

/** Every service, found by its name, its front, or the address of one of its servers. */
export class Services {
  #list: readonly VirtualService[] = [];
  #fronts: ReadonlyMap<string, VirtualService> = new Map();
  #backs: ReadonlyMap<string, readonly VirtualService[]> = new Map();
  #members: ReadonlyMap<string, Member> = new Map();
  #vips: ReadonlyMap<string, string> = new Map();

  /** In the order of the configuration. */
  get list(): readonly VirtualService[] {
    return this.#list;
  }

  /** The MAC address of each VIP. */
  get vips(): ReadonlyMap<string, string> {
    return this.#vips;
  }

  /** Whether a packet is for one of the VIPs. */
  isForVip({ ipv4 }: Packet): boolean {
    return ipv4 !== undefined && this.#vips.has(ipv4.dst);
  }

  named(name: string): VirtualService | undefined {
    return this.#list.find(service => service.name === name);
  }

  ofFront(front: string): VirtualService | undefined {
    return this.#fronts.get(front);
  }

  /** Those that have a server at this address. */
  ofBack(ip: string, port: number): readonly VirtualService[] {
    return this.#backs.get(`${ip}:${port}`) ?? [];
  }

  /** By `service/server`. */
  member(id: string): Member | undefined {
    return this.#members.get(id);
  }

  get members(): ReadonlyMap<string, Member> {
    return this.#members;
  }

  /** Takes a new configuration. A service with another front or MAC address is another service. */
  configure(configs: readonly ServiceConfig[], book: StrategyBook): Departures {
    const before = new Map(this.#list.map(service => [identityOf(service.config), service]));
    const kept = configs.map(config => before.get(identityOf(config)));
    const taken = new Set(kept.flatMap(service => service?.id ?? []));
    const servers: Member[] = [];
    const list = configs.map((config, i) => {
      const service = kept[i];
      if (service === undefined) return new VirtualService(config, freeId(taken, 'service'), book);
      servers.push(...service.configure(config, book).map(server => ({ service, server })));
      return service;
    });
    const left = this.#list.filter(service => !list.includes(service));
    this.#list = list;
    this.#index();
    return { services: left, servers };
  }

  #index(): void {
    this.#fronts = new Map(this.#list.map(service => [frontOfConfig(service.config), service]));
    this.#vips = new Map(this.#list.map(({ config: { vip, mac } }) => [vip, mac]));
    const backs = new Map<string, VirtualService[]>();
    const members = new Map<string, Member>();
    for (const service of this.#list) {
      for (const server of service.servers) {
        members.set(idOf(service, server), { service, server });
        entryOf(backs, `${server.config.ip}:${server.config.port}`, () => []).push(service);
      }
    }
    this.#backs = backs;
    this.#members = members;
  }
}

/** `web/server1`: a server among all. */
export function idOf(service: VirtualService, server: Server): string {
  return `${service.name}/${server.name}`;
}

function frontOfConfig({ protocol, vip, port }: ServiceConfig): string {
  return frontOf(protocol, vip, port);
}

function identityOf(config: ServiceConfig): string {
  return `${config.name} ${frontOfConfig(config)} ${config.mac}`;
}
