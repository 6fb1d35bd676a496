import { OFPP } from '../../openflow/index.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Command } from '../core/command.ts';
import type { Dpid } from '../core/dpid.ts';
import { entryOf } from '../core/entry-of.ts';
import { addFlow, barrier, deleteFlow } from '../core/flow.ts';
import { readCookie, TABLE } from '../core/pipeline.ts';
import type { InstalledFlow, Switch } from '../core/switch.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';
import { destinationFlow, sourceFlow } from './forwarding.ts';

/** Addresses a switch remembers; beyond that, frames to new ones are flooded. */
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
}

/** Which MAC address is behind which port, for each switch alone. */
export class Hosts {
  readonly #ports = new Map<Dpid, Map<string, number>>();
  /** What packets said of the host behind a MAC address, for people; nothing is decided by it. */
  readonly #sightings = new Map<string, { ip: string; isClient: boolean }>();
  /** Addresses that vipflow itself speaks with; nobody can be learned under them. */
  #own: ReadonlySet<string> = new Set([PROBE_MAC]);

  /** Which addresses are those of VIPs. */
  setVirtualMacs(virtualMacs: Iterable<string>): void {
    this.#own = new Set([PROBE_MAC, ...virtualMacs]);
  }

  /** Every host, by switch. One that several switches forward to is there for each of them. */
  *list(): Generator<Host> {
    for (const [dpid, ports] of this.#ports)
      for (const [mac, port] of ports) {
        const { ip, isClient = false } = this.#sightings.get(mac) ?? {};
        yield { dpid, mac, port, ip, isClient };
      }
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
    return this.#ports.get(dpid)?.get(mac);
  }

  /** A frame of this source came in here: remember it, and let the switch forward to it. */
  learn(at: Switch, mac: string, port: number): Command[] {
    const known = this.#portsOf(at.dpid);
    const before = known.get(mac);
    if (before === port || this.#own.has(mac) || isMulticast(mac) || !isHostPort(port)) return [];
    if (before === undefined && known.size >= MAX_HOSTS) return [];
    known.set(mac, port);
    const moved = before === undefined ? [] : [deleteFlow(at.dpid, sourceFlow(at.round, mac, before)), barrier(at.dpid)];
    return [...moved, addFlow(at.dpid, destinationFlow(at.round, mac, port)), addFlow(at.dpid, sourceFlow(at.round, mac, port))];
  }

  /** The switch has not seen this source for a while. */
  forget(at: Switch, mac: string, port: number): Command[] {
    if (this.portOf(at.dpid, mac) !== port) return [];
    this.#ports.get(at.dpid)?.delete(mac);
    return [deleteFlow(at.dpid, destinationFlow(at.round, mac, port))];
  }

  /** A port went down: nobody is behind it any more. */
  forgetPort(at: Switch, port: number): Command[] {
    const gone = [...(this.#ports.get(at.dpid) ?? [])].filter(([, where]) => where === port);
    return gone.flatMap(([mac]) => [deleteFlow(at.dpid, sourceFlow(at.round, mac, port)), ...this.forget(at, mac, port)]);
  }

  /** Takes over what the switch knew before this session, so that nothing has to be flooded. */
  adopt(at: Switch, installed: readonly InstalledFlow[]): Command[] {
    this.#ports.delete(at.dpid);
    return installed
      .filter(flow => flow.tableId === TABLE.learn && readCookie(flow.cookie)?.owner === 'forwarding')
      .flatMap(({ match: { ethSrc, inPort } }) =>
        typeof ethSrc === 'string' && typeof inPort === 'number' ? this.learn(at, ethSrc, inPort) : [],
      );
  }

  #portsOf(dpid: Dpid): Map<string, number> {
    return entryOf(this.#ports, dpid, () => new Map());
  }
}

function isMulticast(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

/** A port of the switch, its own local port included; not one of the other reserved numbers (OpenFlow 1.3.5, 7.2.1). */
function isHostPort(port: number): boolean {
  return (port > 0 && port <= OFPP.MAX) || port === OFPP.LOCAL;
}
