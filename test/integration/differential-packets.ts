import fc, { type Arbitrary } from 'fast-check';
import { build } from '../../openflow/packet/build.ts';
import type { Ipv4Input } from '../../openflow/packet/ipv4.ts';
import type { PacketInput } from '../../openflow/packet/packet.ts';
import { ip, ip6, type Kind, l4, MACS, mac, PORTS, pick, rarely } from './differential-matches.ts';

// Open vSwitch 3.1 takes bytes of a later fragment for a TCP or UDP checksum: such fragments are too short for one here.
const SHORT_ONLY: readonly Partial<Ipv4Input>[] = [{ flags: 1 }];
const FRAGMENTS: readonly Partial<Ipv4Input>[] = [...SHORT_ONLY, { fragmentOffset: 3 }];

function packetOf(of: Kind): Arbitrary<PacketInput> {
  const tags = fc.oneof(
    { weight: 100, arbitrary: fc.constant(undefined) },
    { weight: 40, arbitrary: pick([5, 6, 7]).map(vid => [{ vid, pcp: vid === 6 ? 5 : 0 }]) },
    { weight: 10, arbitrary: pick([5, 6]).map(vid => [{ tpid: 0x88a8, vid }, { vid: 7 }]) },
  );
  const ethernet = fc
    .record({ dst: mac, src: pick(MACS.slice(0, 3)), vlan: tags })
    .map(({ vlan, ...rest }) => ({ ...rest, ...(vlan ? { vlan } : {}) }));
  const head = { ttl: pick([0, 1, 2, 64]), dscp: pick([0, 10, 46]), ecn: pick([0, 1, 3]) };
  const fragment = fc.oneof(
    { weight: 160, arbitrary: fc.constant({}) },
    { weight: 20, arbitrary: pick(of === 'tcp4' || of === 'udp4' ? SHORT_ONLY : FRAGMENTS) },
  );
  const ipv4 = fc.tuple(fc.record({ src: ip, dst: ip, ...head }), fragment).map(([one, frag]) => ({ ...one, ...frag }));
  const ipv6 = fc.record({
    src: ip6,
    dst: ip6,
    hopLimit: head.ttl,
    dscp: head.dscp,
    ecn: head.ecn,
    flowLabel: pick([0, 0x12345]),
  });
  const payload = fc.uint8Array({ maxLength: 12 });
  const sum = fc.option(pick([0, 0x1234]), { freq: 6, nil: undefined });
  const ports = { srcPort: l4, dstPort: l4 };
  const tcp = fc.record({ ...ports, flags: pick([2, 0x10, 0x11, 0x12, 4, 0x18]) });
  const udp = fc.tuple(fc.record(ports), sum).map(([one, checksum]) => (checksum === undefined ? one : { ...one, checksum }));
  switch (of) {
    case 'any':
      return fc.record({ ethernet: ethernet.map(one => ({ ...one, type: 0x88b5 })), payload });
    case 'arp':
      return fc.record({
        ethernet,
        arp: fc.record({ op: pick([1, 2, 3]), sha: mac, spa: ip, tha: mac, tpa: ip }),
      }) as unknown as Arbitrary<PacketInput>;
    case 'ipv4':
      return fc
        .record({ ethernet, ipv4, payload, proto: pick([47, 0, 6, 17]) })
        .map(({ proto, payload: bytes, ...one }) => ({ ...one, ipv4: { ...one.ipv4, proto }, payload: bytes.slice(0, 7) }));
    case 'tcp4':
      return fc.record({ ethernet, ipv4, tcp, payload });
    case 'udp4':
      return fc.record({ ethernet, ipv4, udp, payload });
    case 'icmp4':
      return fc
        .record({
          ethernet,
          ipv4,
          payload: fc
            .tuple(pick([0, 8, 3]), fc.uint8Array({ minLength: 7, maxLength: 20 }))
            .map(([t, rest]) => new Uint8Array([t, 0, ...rest])),
        })
        .map(one => ({ ...one, ipv4: { ...one.ipv4, proto: 1 } }));
    case 'sctp4':
      return fc
        .record({ ethernet, ipv4, payload: fc.uint8Array({ minLength: 12, maxLength: 20 }) })
        .map(({ payload: rest, ...one }) => ({
          ...one,
          ipv4: { ...one.ipv4, proto: 132 },
          payload: new Uint8Array([0, 80, 1, 187, ...rest]),
        }));
    case 'ipv6':
      return fc
        .record({ ethernet, ipv6: ipv6.chain(one => pick([47, 0, 6, 17]).map(proto => ({ ...one, proto }))), payload })
        .map(one => ({ ...one, ipv6: { ...one.ipv6, ...(one.ipv6.proto === 0 ? { proto: 47 } : {}) } }));
    case 'tcp6':
      return fc.record({ ethernet, ipv6, tcp, payload });
    case 'udp6':
      return fc.record({ ethernet, ipv6, udp, payload });
    default:
      return fc
        .record({ ethernet, ipv6, target: ip6, at: mac, type: pick([135, 136, 128]) })
        .map(({ target, at, type, ...one }) => neighbor(one, target, at, type));
  }
}

/** A neighbour message, or an echo request, from its bytes: type, code, checksum, reserved, target, one option. */
function neighbor(one: Pick<PacketInput, 'ethernet' | 'ipv6'>, target: string, at: string, type: number): PacketInput {
  const option = type === 135 ? 1 : 2;
  const bytes = build({ ethernet: one.ethernet, ipv6: { src: target, dst: target, proto: 59 } });
  const address = bytes.slice(bytes.length - 32, bytes.length - 16);
  const body =
    type === 128 ? [0, 1, 0, 2] : [0, 0, 0, 0, ...address, option, 1, ...at.split(':').map(hex => Number.parseInt(hex, 16))];
  return { ...one, ipv6: { ...one.ipv6!, proto: 58 }, payload: new Uint8Array([type, 0, 0x12, 0x34, ...body]) };
}

/** A packet, sometimes cut off or with bytes behind it. */
export const packet = (kinds: Arbitrary<Kind>) =>
  fc.tuple(kinds.chain(packetOf), pick(PORTS), rarely(0, 1), fc.nat({ max: 60 })).map(([input, port, damage, at]) => {
    const whole = build(input);
    const frame =
      damage === 0
        ? whole.slice(0, Math.max(14, whole.length - at))
        : damage === 1
          ? new Uint8Array([...whole, ...new Uint8Array(at)])
          : whole;
    return { port, frame };
  });
