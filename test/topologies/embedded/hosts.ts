import { dissect } from '../../../openflow/packet/dissect.ts';
import type { Packet } from '../../../openflow/packet/packet.ts';
import { VirtualClock } from '../../../topologies/embedded/clock.ts';
import { Host, type HostOptions } from '../../../topologies/embedded/host/host.ts';
import { numberedMac } from '../../../topologies/embedded/lab.ts';
import { Link, type LinkQuality } from '../../../topologies/embedded/link.ts';
import { Random } from '../../../topologies/embedded/random.ts';

/** Two hosts, h1 and h2, and the link between them. */
export interface Wire {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly link: Link;
  readonly h1: Host;
  readonly h2: Host;
}

export function wire(quality: Partial<LinkQuality> = {}, options: Partial<HostOptions> = {}, seed: number | string = 1): Wire {
  const clock = new VirtualClock();
  const random = new Random(seed);
  const link = new Link(clock, random.fork('link'), quality);
  const [h1, h2] = [1, 2].map(number => {
    const addresses = { mac: numberedMac(number), ip: `10.0.0.${number}`, ipv6: `fd00::${number}` };
    const host = new Host({ name: `h${number}`, ...addresses, ...options }, clock, random.fork(`h${number}`));
    host.attach(link.ends[number - 1]!);
    return host;
  }) as [Host, Host];
  return { clock, random, link, h1, h2 };
}

/** What arrives at one side: `false` drops the frame, another frame takes its place. The others go on. */
export function filter(host: Host, judge: (packet: Packet, frame: Uint8Array) => boolean | Uint8Array): void {
  const receive = host.receive.bind(host);
  host.receive = frame => {
    const verdict = judge(dissect(frame), frame);
    if (verdict === true) receive(frame);
    else if (verdict !== false) receive(verdict);
  };
}

/** Every frame as it was sent, in ovs-like short text. */
export function trace(link: Link, clock: VirtualClock): string[] {
  const lines: string[] = [];
  link.observer = (frame, from, fate) => {
    if (fate === 'delivered') return;
    const { tcp, arp, payload } = dissect(frame);
    const who = from.index === 0 ? 'h1' : 'h2';
    const what = tcp === undefined ? (arp === undefined ? 'other' : `arp ${arp.op}`) : `${flagText(tcp.flags)} ${payload.length}`;
    lines.push(`${clock.now()} ${who} ${what}${fate === 'sent' ? '' : ` (${fate})`}`);
  };
  return lines;
}

export function flagText(flags: number): string {
  return [...'FSRPA'].filter((_, bit) => (flags & (1 << bit)) !== 0).join('');
}
