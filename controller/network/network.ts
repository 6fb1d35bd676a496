import type { Random } from '../core/clock.ts';
import type { Command } from '../core/command.ts';
import { readCookie } from '../core/cookie.ts';
import type { DesiredState } from '../core/desired-state.ts';
import type { Dpid } from '../core/dpid.ts';
import { TABLE } from '../core/pipeline.ts';
import { type InstalledFlow, isUp, type Switch } from '../core/switch.ts';
import { floodFlow, hostFlows, switchingFlows } from './forwarding.ts';
import { Links } from './links.ts';
import { type IsLink, Places } from './places.ts';
import { PortRates } from './port-rates.ts';

/** A part of what a switch should hold, by its name. */
export type Section = readonly [name: string, state: DesiredState];

/** A section of one switch that is another now. */
export interface SectionChange {
  readonly dpid: Dpid;
  readonly section: string;
  readonly state: DesiredState;
}

/** Where things are and what passes: hosts, links between switches, rates of ports; and the flows of ordinary switching. */
export class Network {
  readonly links: Links;
  readonly places: Places;
  readonly rates = new PortRates();
  readonly #dpids = new Set<Dpid>();
  readonly #portTowards = (from: Dpid, to: Dpid) => this.links.portTowards(from, to);
  #routedWith = 0;
  /** Whether another switch is behind a port. */
  readonly isLink: IsLink = (dpid, port) => this.links.isBetweenSwitches(dpid, port);

  constructor(random: Random) {
    this.links = new Links(random);
    this.places = new Places(this.isLink);
  }

  /**
   * What a switch should hold, in the order in which it gets it: the flows that flood come last, because they open the way to other
   * switches, where a packet for a VIP would be decided that is not known here yet.
   */
  *sections(at: Switch, services: DesiredState): Generator<Section> {
    yield ['switching', { flows: switchingFlows() }];
    yield ['services', services];
    for (const [mac, port] of this.places.of(at.dpid)) yield [sectionOf(mac), { flows: hostFlows(mac, port) }];
    yield ['flood', { flows: [floodFlow()] }];
  }

  /** Sections that are others than when this was asked last. */
  takeChanges(now: number): readonly SectionChange[] {
    const { version } = this.links;
    this.places.route(this.#dpids, this.#portTowards, version !== this.#routedWith, now);
    this.#routedWith = version;
    return this.places.takeChanges().map(({ dpid, mac }) => {
      const port = this.places.portOf(dpid, mac);
      return { dpid, section: sectionOf(mac), state: port === undefined ? {} : { flows: hostFlows(mac, port) } };
    });
  }

  /** A session begins: hosts that were known stay where they were, as far as their ports are there, and those of the switch come to them. */
  onReady({ dpid, ports }: Switch, installed: readonly InstalledFlow[], now: number): void {
    this.links.hurry();
    this.#dpids.add(dpid);
    this.#routedWith = -1;
    const isThere = (port: number) => ports.has(port) && isUp(ports.get(port)!);
    this.places.forgetPorts(dpid, port => !isThere(port));
    for (const { tableId, cookie, match } of installed) {
      const { ethSrc: mac, inPort: port } = match;
      if (tableId !== TABLE.learn || readCookie(cookie)?.owner !== 'forwarding') continue;
      if (typeof mac !== 'string' || typeof port !== 'number' || !isThere(port)) continue;
      if (this.places.portOf(dpid, mac) === undefined) this.places.hear({ dpid, mac, port }, now);
    }
  }

  onLost(dpid: Dpid): void {
    this.#dpids.delete(dpid);
    this.rates.forget(dpid);
    this.links.forget(dpid);
  }

  /** A port went down, or away. */
  onPortGone(dpid: Dpid, port: number): void {
    this.links.forget(dpid, port);
    this.places.forgetPorts(dpid, gone => gone === port);
  }

  onTick(switches: ReadonlyMap<Dpid, Switch>, now: number): Command[] {
    return [...this.rates.onTick(switches.keys(), now), ...this.links.onTick(switches, now)];
  }
}

const sectionOf = (mac: string): string => `host ${mac}`;
