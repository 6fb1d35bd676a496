import type { LabSpec } from '../spec.ts';
import { assertValid } from '../validation.ts';
import type { Scheduler } from './clock.ts';
import { Host, type HostOptions } from './host/host.ts';
import { serveUdpPage } from './host/udp-page.ts';
import { HttpServer, type HttpServerOptions } from './http/server.ts';
import { Link, type LinkEnd, type LinkQuality } from './link.ts';
import type { Random } from './random.ts';

export interface SwitchPort {
  readonly number: number;
  /** `s1-eth2`, as Mininet names it. */
  readonly name: string;
  readonly mac: string;
}

/** What a switch is given when it is built into a lab. */
export interface SwitchPlace {
  readonly name: string;
  readonly dpid: string;
  readonly ports: readonly SwitchPort[];
  readonly clock: Scheduler;
  readonly random: Random;
  /** Sends a frame out of a port. */
  output(port: number, frame: Uint8Array): void;
}

/** What a lab needs of a switch. A frame must not be written to: the others have the same one. */
export interface LabSwitchDevice {
  readonly dpid: string;
  receive(port: number, frame: Uint8Array): void;
  portChanged?(port: number, up: boolean): void;
}

export interface EmbeddedLabOptions<S extends LabSwitchDevice> {
  readonly clock: Scheduler;
  readonly random: Random;
  readonly makeSwitch: (place: SwitchPlace) => S;
  /** Of every link, or of each one by its ends. */
  readonly link?: Partial<LinkQuality> | ((one: string, other: string) => Partial<LinkQuality>);
  readonly host?: Pick<HostOptions, 'tcp' | 'neighbors'>;
  /** Of every server, or of each one by its host's name. */
  readonly server?: Partial<HttpServerOptions> | ((name: string) => Partial<HttpServerOptions>);
  /** Addresses of hosts by name. */
  readonly ipv6?: Readonly<Record<string, string>>;
}

/** A lab in this process: hosts, links and switches of a description, addressed and numbered as Mininet does it. */
export class EmbeddedLab<S extends LabSwitchDevice = LabSwitchDevice> {
  readonly spec: LabSpec;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly switches: ReadonlyMap<string, S>;
  /** The web servers, by the names of their hosts. */
  readonly servers: ReadonlyMap<string, HttpServer>;
  readonly links: readonly Link[];

  constructor(spec: LabSpec, options: EmbeddedLabOptions<S>) {
    assertValid(spec);
    this.spec = spec;
    const { clock, random, link = {} } = options;
    this.links = spec.links.map(([one, other]) => {
      const name = `${one}-${other}`;
      return new Link(clock, random.fork(`link ${name}`), typeof link === 'function' ? link(one, other) : link, name);
    });
    this.hosts = new Map(spec.hosts.map((_, index) => this.#host(index, options)));
    this.switches = new Map(spec.switches.map((_, index) => this.#switch(index, options)));
    this.servers = new Map(spec.hosts.flatMap(({ name }, index) => this.#serve(name, index, options)));
  }

  host(name: string): Host {
    return found(this.hosts.get(name), `host ${name}`);
  }

  switch(name: string): S {
    return found(this.switches.get(name), `switch ${name}`);
  }

  server(name: string): HttpServer {
    return found(this.servers.get(name), `server ${name}`);
  }

  /** The link between two nodes, in either order. */
  link(one: string, other: string): Link {
    const index = this.spec.links.findIndex(([a, b]) => (a === one && b === other) || (a === other && b === one));
    return found(this.links[index], `link between ${one} and ${other}`);
  }

  /** Every host tells where it is, so that the switches know before the first client comes. */
  announce(): void {
    for (const host of this.hosts.values()) host.announce();
  }

  #host(index: number, { clock, random, host = {}, ipv6 = {} }: EmbeddedLabOptions<S>): [string, Host] {
    const { name, ip, mac = numberedMac(index + 1) } = this.spec.hosts[index]!;
    const { prefixLength } = this.spec;
    const v6 = ipv6[name];
    const addresses = { ip, mac, ...(prefixLength !== undefined && { prefixLength }), ...(v6 !== undefined && { ipv6: v6 }) };
    const made = new Host({ name, ...addresses, ...host }, clock, random.fork(`host ${name}`));
    for (const end of this.#endsAt(name)) made.attach(end);
    return [name, made];
  }

  #switch(index: number, { clock, random, makeSwitch }: EmbeddedLabOptions<S>): [string, S] {
    const { name, dpid = numberedDpid(name) } = this.spec.switches[index]!;
    const ends = this.#endsAt(name);
    const ports = ends.map((_, i) => ({ number: i + 1, name: `${name}-eth${i + 1}`, mac: portMac(index + 1, i + 1) }));
    const made = makeSwitch({
      name,
      dpid,
      ports,
      clock,
      random: random.fork(`switch ${name}`),
      output: (port, frame) => ends[port - 1]?.send(frame),
    });
    for (const [i, end] of ends.entries()) {
      end.endpoint = {
        receive: frame => made.receive(i + 1, frame),
        linkChanged: up => made.portChanged?.(i + 1, up),
      };
    }
    return [name, made];
  }

  #serve(name: string, index: number, { random, server = {} }: EmbeddedLabOptions<S>): [string, HttpServer][] {
    const { role, http, udp, page = name } = this.spec.hosts[index]!;
    const host = this.host(name);
    if (role !== 'server') return [];
    if (udp !== undefined) host.onBoot(() => serveUdpPage(host, udp, page));
    if (http === undefined) return [];
    const options = typeof server === 'function' ? server(name) : server;
    return [[name, new HttpServer(host, random.fork(`server ${name}`), { port: http, page, ...options })]];
  }

  /** The ends of links at a node, in the order of the links: a switch's ports from 1. */
  #endsAt(name: string): LinkEnd[] {
    return this.spec.links.flatMap((nodes, index) => {
      const side = nodes.indexOf(name);
      return side < 0 ? [] : [this.links[index]!.ends[side === 0 ? 0 : 1]];
    });
  }
}

/** 00:00:00:00:00:01 for the first host, as Mininet's --mac gives it. */
export function numberedMac(number: number): string {
  return number
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?!$)/g, '$&:');
}

/** The number in a switch's name, as Mininet has it. */
export function numberedDpid(name: string): string {
  return BigInt(/\d+/.exec(name)?.[0] ?? 0)
    .toString(16)
    .padStart(16, '0');
}

/** Locally administered. */
function portMac(index: number, port: number): string {
  return `02${(index * 0x10000 + port).toString(16).padStart(10, '0')}`.replace(/..(?!$)/g, '$&:');
}

function found<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new RangeError(`there is no ${name} in this lab`);
  return thing;
}
