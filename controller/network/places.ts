import { OFPP } from '../../openflow/index.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Dpid } from '../core/dpid.ts';
import { entryOf } from '../core/entry-of.ts';
import { isSamePlace, type Place } from '../core/place.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';

/** Addresses that a switch remembers; beyond that, frames to new ones are flooded. */
export const MAX_HOSTS = 4096;

/** A host as a switch sees it. */
export interface Host {
  readonly dpid: Dpid;
  readonly mac: string;
  readonly port: number;
  /** The last address that it had in a packet of its own; undefined when none was seen. */
  readonly ip: string | undefined;
  /** It has asked for a VIP. */
  readonly isClient: boolean;
  /** Health checks found a server there. */
  readonly isPinned: boolean;
  /** When it was first heard there; milliseconds since the epoch. */
  readonly since: number;
}

/** A host, as one switch knows it. */
export interface HostKey {
  readonly dpid: Dpid;
  readonly mac: string;
}

interface Heard {
  readonly port: number;
  readonly since: number;
}

/**
 * What a frame tells of its sender: nothing new, a place that was not known, another one than before, or what cannot be believed, because a
 * server is pinned elsewhere.
 */
export type Hearing = 'known' | 'new' | 'moved' | 'hearsay';

/** Whether another switch is behind a port. */
export type IsLink = (dpid: Dpid, port: number) => boolean;

/**
 * The one owner of "where": MAC address to port for each switch alone, as frames tell (heard), and servers' addresses to their places, as
 * health checks found them (pinned). What is pinned does not move on hearsay.
 */
export class Places {
  readonly #isLink: IsLink;
  readonly #heard = new Map<Dpid, Map<string, Heard>>();
  /** By IP address. */
  readonly #pins = new Map<string, Place>();
  /** The pinned IP addresses of each MAC address. */
  readonly #pinnedMacs = new Map<string, Set<string>>();
  readonly #changed = new Map<string, HostKey>();
  /** Pinned addresses of which the other switches have not heard yet. */
  readonly #unrouted = new Set<string>();
  /** What packets said of the host behind a MAC address, for people; nothing is decided by it. */
  readonly #sightings = new Map<string, { ip: string; isClient: boolean }>();
  /** Addresses that vipflow itself speaks with; nobody can be learnt under them. */
  #own: ReadonlySet<string> = new Set([PROBE_MAC]);

  constructor(isLink: IsLink) {
    this.#isLink = isLink;
  }

  /** Which addresses are those of VIPs. */
  setVirtualMacs(virtualMacs: Iterable<string>): void {
    this.#own = new Set([PROBE_MAC, ...virtualMacs]);
  }

  /** Every host, by switch. One that several switches forward to is there for each of them. */
  *list(): Generator<Host> {
    for (const [dpid, hosts] of this.#heard)
      for (const [mac, { port, since }] of hosts) {
        const { ip, isClient = false } = this.#sightings.get(mac) ?? {};
        yield { dpid, mac, port, since, ip, isClient, isPinned: this.isPinned(mac) };
      }
  }

  /** MAC address and port of each host of a switch. */
  *of(dpid: Dpid): Generator<readonly [mac: string, port: number]> {
    for (const [mac, { port }] of this.#heard.get(dpid) ?? []) yield [mac, port];
  }

  /** A packet says what IP address its sender has. */
  sight({ ethernet: { src }, arp, ipv4 }: Packet, isForVip: boolean): void {
    const ip = arp?.spa ?? ipv4?.src;
    if (ip === undefined) return;
    const known = this.#sightings.get(src);
    if (known !== undefined) {
      known.ip = ip;
      known.isClient ||= isForVip;
    } else if (this.#sightings.size < MAX_HOSTS) this.#sightings.set(src, { ip, isClient: isForVip });
  }

  /** The port that leads to an address; undefined when it was never seen. */
  portOf(dpid: Dpid, mac: string): number | undefined {
    return this.#heard.get(dpid)?.get(mac)?.port;
  }

  /** A frame of this source came in here. */
  hear(from: Place, now: number): Hearing {
    const { dpid, mac, port } = from;
    const hosts = this.#heard.get(dpid);
    const before = hosts?.get(mac);
    if (before?.port === port || this.#own.has(mac) || isMulticast(mac) || !isHostPort(port)) return 'known';
    if (this.#isHearsay(from)) return 'hearsay';
    if (before === undefined && (hosts?.size ?? 0) >= MAX_HOSTS) return 'known';
    this.#set(from, now);
    return before === undefined ? 'new' : 'moved';
  }

  /** A switch has not seen a host at this port for a while. */
  forget(dpid: Dpid, mac: string, port: number): void {
    if (this.portOf(dpid, mac) === port) this.#remove(dpid, mac);
  }

  /** Nobody is behind these ports any more: they went down or away. */
  forgetPorts(dpid: Dpid, isGone: (port: number) => boolean): void {
    for (const [mac, port] of [...this.of(dpid)]) if (isGone(port)) this.#remove(dpid, mac);
  }

  /** Where the server with an address was found. */
  pinned(ip: string): Place | undefined {
    return this.#pins.get(ip);
  }

  /** IP addresses of the servers that are pinned under a MAC address. */
  pinnedUnder(mac: string): readonly string[] {
    return [...(this.#pinnedMacs.get(mac) ?? [])];
  }

  /** Whether a server is pinned under this MAC address. */
  isPinned(mac: string): boolean {
    return this.#pinnedMacs.has(mac);
  }

  /** A server answered at a place: there it is. */
  pin(ip: string, place: Place, now: number): void {
    const before = this.pinned(ip);
    if (before === undefined || !isSamePlace(before, place)) {
      this.unpin(ip);
      this.#pins.set(ip, place);
      entryOf(this.#pinnedMacs, place.mac, () => new Set()).add(ip);
      this.#unrouted.add(ip);
    }
    if (this.portOf(place.dpid, place.mac) !== place.port && isHostPort(place.port)) this.#set(place, now);
  }

  /** The place holds no longer: the server may be anywhere. */
  unpin(ip: string): void {
    const mac = this.pinned(ip)?.mac;
    if (mac === undefined) return;
    this.#pins.delete(ip);
    const others = this.#pinnedMacs.get(mac)!;
    others.delete(ip);
    if (others.size === 0) this.#pinnedMacs.delete(mac);
  }

  /**
   * Servers that were pinned since this was called last, or all of them, are at these ports of all switches: their own switch knows their
   * place, and for the others it is where the way to that switch begins, whatever frames say.
   */
  route(dpids: Iterable<Dpid>, portTowards: (from: Dpid, to: Dpid) => number | undefined, all: boolean, now: number): void {
    if (!all && this.#unrouted.size === 0) return;
    const ips = all ? [...this.#pins.keys()] : [...this.#unrouted];
    this.#unrouted.clear();
    for (const dpid of dpids)
      for (const ip of ips) {
        const pin = this.pinned(ip);
        const port = pin && (pin.dpid === dpid ? pin.port : portTowards(dpid, pin.dpid));
        if (port === undefined || this.portOf(dpid, pin!.mac) === port || !isHostPort(port)) continue;
        this.#set({ dpid, mac: pin!.mac, port }, now);
      }
  }

  /** Hosts whose port is another one, known or not, than when this was asked last. */
  takeChanges(): readonly HostKey[] {
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    return changed;
  }

  #set({ dpid, mac, port }: Place, now: number): void {
    entryOf(this.#heard, dpid, () => new Map<string, Heard>()).set(mac, { port, since: now });
    this.#change(dpid, mac);
  }

  #remove(dpid: Dpid, mac: string): void {
    if (this.#heard.get(dpid)?.delete(mac)) this.#change(dpid, mac);
  }

  #change(dpid: Dpid, mac: string): void {
    this.#changed.set(`${dpid} ${mac}`, { dpid, mac });
  }

  /**
   * A frame with a server's MAC address that came from where the server is not. On other switches it is behind the link that `route` says;
   * before a way is known, behind the first one that it is heard from.
   */
  #isHearsay(from: Place): boolean {
    const pin = this.#pinOf(from.mac);
    if (pin === undefined) return false;
    if (pin.dpid === from.dpid) return !isSamePlace(pin, from);
    return this.portOf(from.dpid, from.mac) !== undefined || !this.#isLink(from.dpid, from.port);
  }

  #pinOf(mac: string): Place | undefined {
    for (const ip of this.#pinnedMacs.get(mac) ?? []) return this.pinned(ip);
    return undefined;
  }
}

function isMulticast(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

/** A port of the switch, its own local port included; not one of the other reserved numbers (OpenFlow 1.3.5, 7.2.1). */
function isHostPort(port: number): boolean {
  return (port > 0 && port <= OFPP.MAX) || port === OFPP.LOCAL;
}
