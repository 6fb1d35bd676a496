import { ARP_OP } from '../../../openflow/packet/arp.ts';
import { arpReply, arpRequest } from '../../../openflow/packet/arp-message.ts';
import { fold, sumWords } from '../../../openflow/packet/checksum.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { ETH_TYPE } from '../../../openflow/packet/ethernet.ts';
import { DEFAULT_TTL } from '../../../openflow/packet/ipv4.ts';
import { ipv4Bytes, ipv4Text, macBytes } from '../../../openflow/wire/addresses.ts';
import type { Scheduler } from '../clock.ts';
import { putU16, u16, u32 } from '../tcp/segment.ts';
import type { HostCounters } from './counters.ts';
import { roomFor } from './frame-room.ts';
import { Neighbors, type NeighborTiming } from './neighbors.ts';
import type { Path } from './path.ts';

const ETHERNET = 14;
const HEADERS = ETHERNET + 20;
const DONT_FRAGMENT = 0x40;

/** What a host's IP gives to the transports and gets from the host. */
export interface IpOutlet {
  readonly clock: Scheduler;
  readonly counters: HostCounters;
  readonly mac: string;
  transmit(frame: Uint8Array): void;
  /** A datagram's payload is at `frame[start, end)`. */
  deliver(proto: number, path: Path, frame: Uint8Array, start: number, end: number): void;
  unreachable(path: Path): void;
  nextPathNumber(): number;
}

class Ipv4Path implements Path {
  readonly number: number;
  readonly localIp: string;
  readonly remoteIp: string;
  readonly remote: number;
  readonly headers = HEADERS;
  readonly addressSum: number;
  readonly routed: boolean;
  readonly #layer: Ipv4Layer;
  readonly #template: Uint8Array;
  readonly #headerSum: number;
  #id = 0;

  constructor(layer: Ipv4Layer, number: number, remote: number, mac: Uint8Array, routed: boolean) {
    this.#layer = layer;
    this.number = number;
    this.remote = remote;
    this.routed = routed;
    const template = new Uint8Array(HEADERS);
    template.set(mac, 6);
    putU16(template, 12, ETH_TYPE.IPV4);
    template[ETHERNET] = 0x45;
    template[ETHERNET + 6] = DONT_FRAGMENT;
    template[ETHERNET + 8] = DEFAULT_TTL;
    new DataView(template.buffer).setUint32(ETHERNET + 12, layer.address);
    new DataView(template.buffer).setUint32(ETHERNET + 16, remote);
    this.#template = template;
    this.#headerSum = sumWords(template, ETHERNET, HEADERS);
    this.addressSum = sumWords(template, ETHERNET + 12, HEADERS);
    this.localIp = ipv4Text(template, ETHERNET + 12);
    this.remoteIp = ipv4Text(template, ETHERNET + 16);
  }

  frame(proto: number, size: number): Uint8Array {
    const frame = roomFor(HEADERS + size);
    frame.set(this.#template);
    const id = this.#id;
    this.#id = (id + 1) & 0xffff;
    putU16(frame, ETHERNET + 2, 20 + size);
    putU16(frame, ETHERNET + 4, id);
    frame[ETHERNET + 9] = proto;
    putU16(frame, ETHERNET + 10, fold(this.#headerSum + 20 + size + id + proto));
    return frame;
  }

  send(frame: Uint8Array): void {
    this.#layer.send(this, frame);
  }
}

/** IPv4 and ARP of a host with one address (RFC 791, RFC 826, RFC 1122): no fragments, no options, no gateway. */
export class Ipv4Layer {
  readonly address: number;
  readonly text: string;
  readonly neighbors: Neighbors<number>;
  readonly #mask: number;
  readonly #mac: Uint8Array;
  readonly #outlet: IpOutlet;
  readonly #paths = new Map<number, Ipv4Path>();

  constructor(outlet: IpOutlet, ip: string, prefixLength: number, timing: Partial<NeighborTiming>) {
    this.#outlet = outlet;
    this.text = ip;
    this.address = ipv4Number(ip);
    this.#mask = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
    this.#mac = macBytes(outlet.mac)!;
    this.neighbors = new Neighbors<number>(
      outlet.clock,
      {
        ask: address => outlet.transmit(arpRequest({ senderMac: outlet.mac, senderIp: ip, targetIp: textOf(address) })),
        transmit: frame => outlet.transmit(frame),
        failed: address => outlet.unreachable(this.#pathTo(address)),
        dropped: frames => {
          outlet.counters.unresolved += frames;
        },
      },
      timing,
    );
  }

  path(ip: string): Path {
    return this.#pathTo(ipv4Number(ip));
  }

  /** Tells everybody where this address is (RFC 5227, 2.3). */
  announce(): void {
    this.#outlet.transmit(arpRequest({ senderMac: this.#outlet.mac, senderIp: this.text, targetIp: this.text }));
  }

  send(path: Ipv4Path, frame: Uint8Array): void {
    if (path.routed) this.neighbors.send(path.remote, frame);
    else this.#outlet.counters.unresolved++;
  }

  receive(frame: Uint8Array): void {
    const { counters } = this.#outlet;
    const first = frame[ETHERNET]!;
    const start = ETHERNET + (first & 15) * 4;
    const end = ETHERNET + u16(frame, ETHERNET + 2);
    if (first >> 4 !== 4 || start < HEADERS || end < start || end > frame.length) return void counters.bad++;
    if (fold(sumWords(frame, ETHERNET, start)) !== 0) return void counters.bad++;
    if (u32(frame, ETHERNET + 16) !== this.address) return void counters.notMine++;
    if ((u16(frame, ETHERNET + 6) & 0x3fff) !== 0) return void counters.unknown++;
    this.#outlet.deliver(frame[ETHERNET + 9]!, this.#pathTo(u32(frame, ETHERNET + 12)), frame, start, end);
  }

  /** RFC 826, "Packet Reception"; an announcement and a probe are requests, too (RFC 5227). */
  receiveArp(frame: Uint8Array): void {
    const { arp } = dissect(frame);
    if (arp === undefined) return void this.#outlet.counters.bad++;
    const forMe = arp.tpa === this.text;
    const sender = ipv4Number(arp.spa);
    if (sender !== 0 && sender !== this.address) this.neighbors.learn(sender, macBytes(arp.sha)!, forMe);
    if (!forMe) return void this.#outlet.counters.notMine++;
    if (arp.op !== ARP_OP.REQUEST || sender === this.address) return;
    const { mac } = this.#outlet;
    this.#outlet.transmit(arpReply({ senderMac: mac, senderIp: this.text, targetMac: arp.sha, targetIp: arp.spa }));
  }

  #pathTo(remote: number): Ipv4Path {
    let path = this.#paths.get(remote);
    if (path === undefined) {
      const onLink = ((remote ^ this.address) & this.#mask) === 0 && remote !== this.address;
      path = new Ipv4Path(this, this.#outlet.nextPathNumber(), remote, this.#mac, onLink);
      this.#paths.set(remote, path);
    }
    return path;
  }
}

function ipv4Number(ip: string): number {
  const bytes = ipv4Bytes(ip);
  if (bytes === undefined) throw new RangeError(`${JSON.stringify(ip)} is no IPv4 address`);
  return u32(bytes, 0);
}

function textOf(address: number): string {
  return ipv4Text(Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address));
}
