import { OFPP } from '../../openflow/index.ts';
import { build } from '../../openflow/packet/build.ts';
import { CHASSIS_ID, PORT_ID } from '../../openflow/packet/lldp.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Random } from '../core/clock.ts';
import type { Command } from '../core/command.ts';
import type { Dpid } from '../core/dpid.ts';
import { frameOut } from '../core/flow.ts';
import type { Switch } from '../core/switch.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';

/** How often the switches look for each other. */
export const DISCOVER_EVERY_MS = 5000;
/** A link whose frames do not come any more is forgotten after so long. */
const LOST_AFTER_MS = 3.5 * DISCOVER_EVERY_MS;
/** Links that are remembered. */
const MAX_LINKS = 10_000;

/** A port of a switch. */
export interface PortPlace {
  readonly dpid: Dpid;
  readonly port: number;
}

/** A cable between two switches. */
export interface Link {
  readonly a: PortPlace;
  readonly b: PortPlace;
}

/**
 * Finds the links between switches: each sends an LLDP data unit (IEEE 802.1AB) out of its ports to our probes' address, which the switch at the
 * other end hands to the controller. It carries a number that is drawn anew for each port and round, so that nobody can make up a link; a host can
 * still pass on what it got, so nothing that matters is believed because of a link.
 */
export class Links {
  readonly #random: Random;
  /** What was sent out of each port in this round. */
  readonly #sent = new Map<string, PortPlace>();
  /** By the place where the frame came in: where it came from, and when. */
  readonly #from = new Map<string, { readonly place: PortPlace; readonly at: PortPlace; readonly seenAt: number }>();
  #nextAt = 0;
  /** Counts the changes of what is known. */
  version = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The port of a switch that leads to another one, by the fewest links; undefined where no way is known. */
  portTowards(from: Dpid, to: Dpid): number | undefined {
    const seen = new Set([from]);
    let reached = this.#neighbours(from).map(({ place, at }) => ({ dpid: place.dpid, port: at.port }));
    while (reached.length > 0) {
      const found = reached.find(({ dpid }) => dpid === to);
      if (found !== undefined) return found.port;
      for (const { dpid } of reached) seen.add(dpid);
      reached = reached.flatMap(({ dpid, port }) =>
        this.#neighbours(dpid).flatMap(({ place }) => (seen.has(place.dpid) ? [] : [{ dpid: place.dpid, port }])),
      );
    }
    return undefined;
  }

  #neighbours(dpid: Dpid): { readonly place: PortPlace; readonly at: PortPlace }[] {
    return [...this.#from.values()].filter(({ at }) => at.dpid === dpid);
  }

  /** Sends the next round, where there are switches to find. */
  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Command[] {
    if (now < this.#nextAt || switches.size < 2) return [];
    this.#nextAt = now + DISCOVER_EVERY_MS;
    for (const [key, { seenAt }] of this.#from) if (now - seenAt > LOST_AFTER_MS) this.#delete(key);
    this.#sent.clear();
    return [...switches.values()].flatMap(at => this.#ask(at));
  }

  /** Looks at once: a switch or a port came. */
  hurry(): void {
    this.#nextAt = 0;
  }

  isDiscovery({ ethernet, lldp }: Packet): boolean {
    return lldp !== undefined && ethernet.dst === PROBE_MAC;
  }

  /** Takes a frame that came in at a port; gives whether it tells a link that was not known. */
  onFrame(at: Switch, inPort: number, { lldp }: Packet, now: number): boolean {
    const place = lldp && this.#sent.get(textOf(lldp.port.value));
    if (place === undefined || place.dpid === at.dpid || this.#from.size >= MAX_LINKS) return false;
    const here = { dpid: at.dpid, port: inPort };
    const isNew = !this.#from.has(keyOf(here));
    if (isNew) this.version += 1;
    this.#from.set(keyOf(here), { place, at: here, seenAt: now });
    return isNew;
  }

  /** Whether another switch is behind a port. */
  isBetweenSwitches(dpid: Dpid, port: number): boolean {
    return this.#from.has(keyOf({ dpid, port }));
  }

  /** Nothing is known of a port, or of all ports of a switch, any more. */
  forget(dpid: Dpid, port?: number): void {
    const isGone = (place: PortPlace) => place.dpid === dpid && (port === undefined || place.port === port);
    for (const [key, { place, at }] of this.#from) if (isGone(place) || isGone(at)) this.#delete(key);
  }

  /** Each once, the lower end first. */
  list(): Link[] {
    const links = new Map<string, Link>();
    for (const { place, at } of this.#from.values()) {
      const [a, b] = [place, at].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)) as [PortPlace, PortPlace];
      links.set(`${keyOf(a)} ${keyOf(b)}`, { a, b });
    }
    return [...links.values()];
  }

  #delete(key: string): void {
    this.version += 1;
    this.#from.delete(key);
  }

  #ask(at: Switch): Command[] {
    const ports = [...at.ports.keys()].filter(port => port > 0 && port <= OFPP.MAX);
    return ports.map(port => {
      const number = `${Math.floor(this.#random() * 2 ** 48).toString(16)}-${port}`;
      this.#sent.set(number, { dpid: at.dpid, port });
      const frame = build({
        ethernet: { src: PROBE_MAC, dst: PROBE_MAC },
        lldp: {
          chassis: { subtype: CHASSIS_ID.LOCAL, value: bytesOf(at.dpid) },
          port: { subtype: PORT_ID.LOCAL, value: bytesOf(number) },
          ttl: Math.ceil(LOST_AFTER_MS / 1000),
        },
      });
      return frameOut(at.dpid, port, frame);
    });
  }
}

const keyOf = ({ dpid, port }: PortPlace): string => `${dpid}/${port}`;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
