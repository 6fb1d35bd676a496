import { ETH_TYPE } from '../../../openflow/packet/ethernet.ts';
import { IP_PROTO } from '../../../openflow/packet/ipv4.ts';
import { macBytes } from '../../../openflow/wire/addresses.ts';
import type { Scheduler } from '../clock.ts';
import type { Endpoint, LinkEnd } from '../link.ts';
import type { Random } from '../random.ts';
import type { TcpConnection } from '../tcp/connection.ts';
import type { TcpOptions } from '../tcp/options.ts';
import { u16, u32 } from '../tcp/segment.ts';
import type { TcpHandlers } from '../tcp/stream.ts';
import { Tcp } from '../tcp/tcp.ts';
import { type HostCounters, newHostCounters } from './counters.ts';
import { Echo, type Pong } from './echo.ts';
import { type IpOutlet, Ipv4Layer } from './ipv4.ts';
import { Ipv6Layer } from './ipv6.ts';
import type { NeighborTiming } from './neighbors.ts';
import type { Path } from './path.ts';
import { Udp } from './udp.ts';

export interface HostOptions {
  readonly name: string;
  readonly mac: string;
  readonly ip: string;
  /** 8 unless given, as Mininet has it. */
  readonly prefixLength?: number;
  readonly ipv6?: string;
  readonly tcp?: Partial<TcpOptions>;
  readonly neighbors?: Partial<NeighborTiming>;
}

const ETHERNET_HEADER = 14;
const IPV4_HEADER = 20;
const MAX_PATHS = 1 << 20;

/** A computer of the lab: one network card, one address of each kind, ARP, ND, ICMP, UDP and TCP. */
export class Host implements Endpoint {
  readonly name: string;
  readonly mac: string;
  readonly clock: Scheduler;
  readonly random: Random;
  readonly counters: HostCounters = newHostCounters();
  readonly tcp: Tcp;
  readonly udp: Udp;
  readonly echo: Echo;
  readonly ipv4: Ipv4Layer;
  readonly ipv6: Ipv6Layer | undefined;
  readonly #macHigh: number;
  readonly #macLow: number;
  #cable: LinkEnd | undefined;
  #up = true;
  #paths = 0;
  readonly #starts: (() => void)[] = [];

  constructor(options: HostOptions, clock: Scheduler, random: Random) {
    const { name, mac, ip, prefixLength = 8, ipv6, neighbors = {} } = options;
    this.name = name;
    this.mac = mac;
    this.clock = clock;
    this.random = random;
    const bytes = macBytes(mac);
    if (bytes === undefined) throw new RangeError(`${JSON.stringify(mac)} is no MAC address`);
    this.#macHigh = u16(bytes, 0);
    this.#macLow = u32(bytes, 2);
    this.tcp = new Tcp(clock, random.fork('tcp'), options.tcp);
    this.udp = new Udp();
    this.echo = new Echo(clock, frame => this.#transmit(frame), this.udp);
    const outlet = this.#outlet();
    this.ipv4 = new Ipv4Layer(outlet, ip, prefixLength, neighbors);
    this.ipv6 = ipv6 === undefined ? undefined : new Ipv6Layer(outlet, ipv6, neighbors);
  }

  get ip(): string {
    return this.ipv4.text;
  }

  /** False while it is crashed. */
  get up(): boolean {
    return this.#up;
  }

  /** Plugs the network card into an end of a link. */
  attach(end: LinkEnd): void {
    this.#cable = end;
    end.endpoint = this;
  }

  /** The way to an address of either kind. */
  path(ip: string): Path {
    if (!ip.includes(':')) return this.ipv4.path(ip);
    if (this.ipv6 === undefined) throw new RangeError(`${this.name} has no IPv6 address`);
    return this.ipv6.path(ip);
  }

  /** Opens a TCP connection; undefined when no local port is free, or the one that was asked for is taken. */
  connect(ip: string, port: number, handlers: TcpHandlers, localPort?: number): TcpConnection | undefined {
    return this.tcp.connect(this.path(ip), port, handlers, localPort);
  }

  ping(ip: string, done: Pong, timeoutMs?: number): void {
    this.echo.ping(this.path(ip), done, timeoutMs);
  }

  /** Tells the segment where it is: gratuitous ARP, unsolicited neighbor advertisement. */
  announce(): void {
    this.ipv4.announce();
    this.ipv6?.announce();
  }

  /** Power off: silent from now on, and what it knew is lost. Its applications are told that their connections crashed. */
  crash(): void {
    if (!this.#up) return;
    this.#up = false;
    this.tcp.crash();
    this.udp.crash();
    this.echo.crash();
    this.ipv4.neighbors.clear();
    this.ipv6?.neighbors.clear();
  }

  /** Power on again. What is running then is what `onBoot` starts. */
  boot(): void {
    if (this.#up) return;
    this.#up = true;
    for (const start of this.#starts) start();
  }

  /** Starts an application now, and again whenever the host boots. */
  onBoot(start: () => void): void {
    this.#starts.push(start);
    start();
  }

  receive(frame: Uint8Array): void {
    const { counters } = this;
    if (!this.#up) return void counters.silent++;
    counters.framesIn++;
    if (frame.length < ETHERNET_HEADER) return void counters.bad++;
    const group = (frame[0]! & 1) === 1;
    if (!group && (u32(frame, 2) !== this.#macLow || u16(frame, 0) !== this.#macHigh)) return void counters.notMine++;
    switch (u16(frame, 12)) {
      case ETH_TYPE.IPV4:
        // RFC 1122, 3.3.6: a datagram for one host does not come in a frame for all.
        if (group) counters.notMine++;
        else if (frame.length < ETHERNET_HEADER + IPV4_HEADER) counters.bad++;
        else this.ipv4.receive(frame);
        return;
      case ETH_TYPE.ARP:
        this.ipv4.receiveArp(frame);
        return;
      case ETH_TYPE.IPV6:
        if (this.ipv6 === undefined) counters.unknown++;
        else this.ipv6.receive(frame);
        return;
      default:
        counters.unknown++;
    }
  }

  #transmit(frame: Uint8Array): void {
    if (!this.#up || this.#cable === undefined) return void this.counters.silent++;
    this.counters.framesOut++;
    this.#cable.send(frame);
  }

  #outlet(): IpOutlet {
    return {
      clock: this.clock,
      counters: this.counters,
      mac: this.mac,
      transmit: frame => this.#transmit(frame),
      deliver: (proto, path, frame, start, end) => this.#deliver(proto, path, frame, start, end),
      unreachable: path => this.tcp.unreachable(path),
      nextPathNumber: () => {
        if (this.#paths === MAX_PATHS) throw new RangeError(`${this.name} talks to more than ${MAX_PATHS} addresses`);
        return this.#paths++;
      },
    };
  }

  #deliver(proto: number, path: Path, frame: Uint8Array, start: number, end: number): void {
    if (proto === IP_PROTO.TCP) this.tcp.receive(path, frame, start, end);
    else if (proto === IP_PROTO.UDP) {
      if (!this.udp.receive(path, frame, start, end)) this.echo.refuse(frame);
    } else if (proto === IP_PROTO.ICMP || proto === IP_PROTO.ICMPV6) this.echo.receive(frame);
    else this.counters.unknown++;
  }
}
