import { sumWords } from '../../../openflow/packet/checksum.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { ETH_TYPE } from '../../../openflow/packet/ethernet.ts';
import { ICMPV6, NA_FLAGS, ND_OPTION } from '../../../openflow/packet/icmpv6.ts';
import { DEFAULT_TTL, IP_PROTO } from '../../../openflow/packet/ipv4.ts';
import {
  ALL_NODES,
  neighborAdvertisement,
  neighborSolicitation,
  solicitedNode,
} from '../../../openflow/packet/neighbor-message.ts';
import { verifyChecksums } from '../../../openflow/packet/verification.ts';
import { macBytes } from '../../../openflow/wire/addresses.ts';
import { ipv6Bytes, ipv6Text } from '../../../openflow/wire/ipv6.ts';
import { putU16, u16 } from '../tcp/segment.ts';
import { roomFor } from './frame-room.ts';
import type { IpOutlet } from './ipv4.ts';
import { Neighbors, type NeighborTiming } from './neighbors.ts';
import type { Path } from './path.ts';

const ETHERNET = 14;
const HEADERS = ETHERNET + 40;
const HOP_LIMIT_OF_DISCOVERY = 255;

class Ipv6Path implements Path {
  readonly number: number;
  readonly localIp: string;
  readonly remoteIp: string;
  readonly headers = HEADERS;
  readonly addressSum: number;
  readonly routed = true;
  readonly #layer: Ipv6Layer;
  readonly #template: Uint8Array;

  constructor(layer: Ipv6Layer, number: number, remote: Uint8Array, mac: Uint8Array) {
    this.#layer = layer;
    this.number = number;
    const template = new Uint8Array(HEADERS);
    template.set(mac, 6);
    putU16(template, 12, ETH_TYPE.IPV6);
    template[ETHERNET] = 0x60;
    template[ETHERNET + 7] = DEFAULT_TTL;
    template.set(layer.address, ETHERNET + 8);
    template.set(remote, ETHERNET + 24);
    this.#template = template;
    this.addressSum = sumWords(template, ETHERNET + 8, HEADERS);
    this.localIp = layer.text;
    this.remoteIp = ipv6Text(remote);
  }

  frame(proto: number, size: number): Uint8Array {
    const frame = roomFor(HEADERS + size);
    frame.set(this.#template);
    putU16(frame, ETHERNET + 4, size);
    frame[ETHERNET + 6] = proto;
    return frame;
  }

  send(frame: Uint8Array): void {
    this.#layer.neighbors.send(this.remoteIp, frame);
  }
}

/** IPv6 and neighbor discovery of a host with one address (RFC 8200, RFC 4861): no extension headers, no router. */
export class Ipv6Layer {
  readonly address: Uint8Array;
  readonly text: string;
  readonly neighbors: Neighbors<string>;
  readonly #mac: Uint8Array;
  readonly #outlet: IpOutlet;
  readonly #groups: ReadonlySet<string>;
  readonly #paths = new Map<string, Ipv6Path>();

  constructor(outlet: IpOutlet, ip: string, timing: Partial<NeighborTiming>) {
    this.#outlet = outlet;
    this.address = bytesOf(ip);
    this.text = ipv6Text(this.address);
    this.#mac = macBytes(outlet.mac)!;
    this.#groups = new Set([ALL_NODES.ip, ipv6Text(bytesOf(solicitedNode(ip).ip))]);
    this.neighbors = new Neighbors<string>(
      outlet.clock,
      {
        ask: address => outlet.transmit(neighborSolicitation({ senderMac: outlet.mac, senderIp: this.text, targetIp: address })),
        transmit: frame => outlet.transmit(frame),
        failed: address => outlet.unreachable(this.path(address)),
        dropped: frames => {
          outlet.counters.unresolved += frames;
        },
      },
      timing,
    );
  }

  path(ip: string): Path {
    const bytes = bytesOf(ip);
    const text = ipv6Text(bytes);
    let path = this.#paths.get(text);
    if (path === undefined) {
      path = new Ipv6Path(this, this.#outlet.nextPathNumber(), bytes, this.#mac);
      this.#paths.set(text, path);
    }
    return path;
  }

  /** Tells everybody where this address is (RFC 4861, 7.2.6). */
  announce(): void {
    this.#outlet.transmit(neighborAdvertisement({ senderMac: this.#outlet.mac, senderIp: this.text }));
  }

  receive(frame: Uint8Array): void {
    const { counters } = this.#outlet;
    if (frame.length < HEADERS || frame[ETHERNET]! >> 4 !== 6) return void counters.bad++;
    const end = HEADERS + u16(frame, ETHERNET + 4);
    if (end > frame.length) return void counters.bad++;
    const proto = frame[ETHERNET + 6]!;
    const dst = ipv6Text(frame, ETHERNET + 24);
    if (dst !== this.text && !(proto === IP_PROTO.ICMPV6 && this.#groups.has(dst))) return void counters.notMine++;
    if (proto === IP_PROTO.ICMPV6 && this.#discovers(frame)) return;
    const src = ipv6Text(frame, ETHERNET + 8);
    this.#outlet.deliver(proto, this.path(src), frame, HEADERS, end);
  }

  /** Neighbor solicitation and advertisement (RFC 4861, 7.2.3 to 7.2.5); false when it is another message. */
  #discovers(frame: Uint8Array): boolean {
    const { icmpv6, ipv6, ethernet } = dissect(frame);
    const solicits = icmpv6?.type === ICMPV6.NEIGHBOR_SOLICITATION;
    if (icmpv6?.target === undefined || ipv6 === undefined) return false;
    if (ipv6.hopLimit !== HOP_LIMIT_OF_DISCOVERY || verifyChecksums(frame).transport !== true) {
      this.#outlet.counters.bad++;
      return true;
    }
    const option = solicits ? ND_OPTION.SOURCE_LINK_LAYER : ND_OPTION.TARGET_LINK_LAYER;
    const mac = icmpv6.options?.find(({ type }) => type === option)?.mac;
    const forMe = icmpv6.target === this.text;
    if (!solicits) {
      const solicited = ((icmpv6.rest ?? 0) & NA_FLAGS.SOLICITED) !== 0;
      if (mac !== undefined && !forMe) this.neighbors.learn(icmpv6.target, macBytes(mac)!, solicited);
      return true;
    }
    if (!forMe) {
      this.#outlet.counters.notMine++;
      return true;
    }
    if (mac !== undefined) this.neighbors.learn(ipv6.src, macBytes(mac)!, true);
    const to = { targetMac: mac ?? ethernet.src, targetIp: ipv6.src };
    this.#outlet.transmit(neighborAdvertisement({ senderMac: this.#outlet.mac, senderIp: this.text, ...to }));
    return true;
  }
}

function bytesOf(ip: string): Uint8Array {
  const bytes = ipv6Bytes(ip);
  if (bytes === undefined) throw new RangeError(`${JSON.stringify(ip)} is no IPv6 address`);
  return bytes;
}
