import fc from 'fast-check';
import { ND_OPTION } from '../../../openflow/packet/icmpv6.ts';
import type { Extension } from '../../../openflow/packet/ipv6.ts';
import type { PacketInput } from '../../../openflow/packet/packet.ts';

const hex = (length: number) => fc.integer({ min: 0, max: 16 ** length - 1 }).map(n => n.toString(16).padStart(length, '0'));
export const u8 = fc.integer({ min: 0, max: 0xff });
export const u16 = fc.integer({ min: 0, max: 0xffff });
export const u32 = fc.integer({ min: 0, max: 0xffffffff });
const upTo = (max: number) => fc.integer({ min: 0, max });

export const mac = fc.tuple(hex(2), hex(2), hex(2), hex(2), hex(2), hex(2)).map(parts => parts.join(':'));
export const ipv4Address = fc.tuple(u8, u8, u8, u8).map(parts => parts.join('.'));
/** In canonical form already: eight groups of which none is zero. */
export const ipv6Address = fc
  .array(fc.integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 })
  .map(groups => groups.map(n => n.toString(16)).join(':'));
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const options = fc.integer({ min: 0, max: 10 }).chain(words => fc.uint8Array({ minLength: words * 4, maxLength: words * 4 }));
const payload = fc.oneof(fc.constant(new Uint8Array(0)), bytes(70), bytes(1500));

const tag = fc.record({ tpid: fc.constantFrom(0x8100, 0x88a8, 0x9100), pcp: upTo(7), dei: fc.boolean(), vid: upTo(0xfff) });
const ethernet = fc.record(
  { dst: mac, src: mac, vlan: fc.array(tag, { minLength: 1, maxLength: 4 }) },
  { requiredKeys: ['dst', 'src'] },
);

const tcp = fc.record({ srcPort: u16, dstPort: u16, seq: u32, ack: u32, flags: upTo(0xfff), window: u16, urgent: u16, options });
const udp = fc.record({ srcPort: u16, dstPort: u16, checksum: fc.constant(0) }, { requiredKeys: ['srcPort', 'dstPort'] });
const icmp = fc.oneof(
  fc.record({ type: fc.constantFrom(0, 8), code: u8, id: u16, seq: u16 }),
  fc.record({ type: fc.constantFrom(3, 4, 5, 11, 12, 13, 200), code: u8, rest: u32 }),
);
const ndOption = fc.oneof(
  fc.record({ type: fc.constantFrom(ND_OPTION.SOURCE_LINK_LAYER, ND_OPTION.TARGET_LINK_LAYER), mac }),
  fc.record({
    type: fc.integer({ min: 3, max: 255 }),
    data: fc.constantFrom(6, 14, 30).chain(n => fc.uint8Array({ minLength: n, maxLength: n })),
  }),
);
const icmpv6 = fc.oneof(
  fc.record({ type: fc.constantFrom(128, 129), code: u8, id: u16, seq: u16 }),
  fc.record({ type: fc.constantFrom(1, 2, 3, 4, 133, 143), code: u8, rest: u32 }),
);
const neighbor = fc.record({
  type: fc.constantFrom(135, 136),
  code: u8,
  rest: u32,
  target: ipv6Address,
  options: fc.array(ndOption, { maxLength: 3 }),
});

const fragment = fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.constant({ flags: 1 }) });
export const ipv4 = fc
  .record({ src: ipv4Address, dst: ipv4Address, ttl: u8, dscp: upTo(63), ecn: upTo(3), id: u16, options })
  .chain(ip => fragment.map(more => ({ flags: 0, fragmentOffset: 0, ...ip, ...more })));

/** Options are one PadN that fills the header (RFC 8200, 4.2): a dissector that reads them finds them right. */
const opaque = (...protos: number[]) =>
  fc.tuple(fc.constantFrom(...protos), fc.constantFrom(6, 14, 22)).chain(([proto, n]) =>
    fc.uint8Array({ minLength: n, maxLength: n }).map(data => {
      if (proto !== 51) data.set([1, n - 2]);
      return { proto, data };
    }),
  );
const fragmentHeader = fc.record({ proto: fc.constant(44 as const), offset: fc.constant(0), more: fc.boolean(), id: u32 });
const few = (header: fc.Arbitrary<Extension>, maxLength: number) => fc.array(header, { maxLength });
/** In the order of RFC 8200 4.1: hop-by-hop options are first, and there is one fragment header. */
const extensions = fc
  .tuple(few(opaque(0), 1), few(opaque(60, 51), 2), few(fragmentHeader, 1), few(opaque(60), 1))
  .map(parts => parts.flat());
export const ipv6 = fc.record({
  src: ipv6Address,
  dst: ipv6Address,
  hopLimit: u8,
  dscp: upTo(63),
  ecn: upTo(3),
  flowLabel: upTo(0xfffff),
  extensions,
});

const inner = fc.oneof(
  fc.record({ tcp, payload }),
  fc.record({ udp, payload }),
  fc.record({ payload }).map(rest => ({ ...rest, proto: 99 })),
);
const withProto = <Ip extends object, Rest extends object>(ip: Ip, rest: Rest & { proto?: number }) => {
  const { proto, ...layers } = rest;
  return { ip: proto === undefined ? ip : { ...ip, proto }, layers };
};
const overV4 = fc.tuple(ipv4, fc.oneof(inner, fc.record({ icmp, payload }))).map(([ip, rest]) => {
  const { ip: ipv4, layers } = withProto(ip, rest);
  return { ipv4, ...layers };
});
const overV6 = fc
  .tuple(ipv6, fc.oneof(inner, fc.record({ icmpv6, payload }), fc.record({ icmpv6: neighbor })))
  .map(([ip, rest]) => {
    const { ip: ipv6, layers } = withProto(ip, rest);
    return { ipv6, ...layers };
  });
const laterV4 = fc.tuple(ipv4, fc.integer({ min: 1, max: 0x1fff }), u8, payload).map(([ip, fragmentOffset, proto, rest]) => ({
  ipv4: { ...ip, fragmentOffset, proto },
  payload: rest,
}));

export const arp = fc.record({ op: fc.constantFrom(1, 2), sha: mac, spa: ipv4Address, tha: mac, tpa: ipv4Address });
const id = fc.record({ subtype: fc.constantFrom(1, 7), value: fc.uint8Array({ minLength: 1, maxLength: 255 }) });
const tlv = fc.record({ type: fc.integer({ min: 1, max: 127 }), value: bytes(511) });
export const lldp = fc.record({ chassis: id, port: id, ttl: u16, tlvs: fc.array(tlv, { maxLength: 6 }) });

export const ipPacket: fc.Arbitrary<PacketInput> = fc
  .tuple(ethernet, fc.oneof(overV4, overV6))
  .map(([link, layers]) => ({ ethernet: link, ...layers }) as PacketInput);

/** Every packet the codec can say, with every field given. */
export const packet: fc.Arbitrary<PacketInput> = fc
  .tuple(
    ethernet,
    fc.oneof(
      { weight: 3, arbitrary: overV4 },
      { weight: 3, arbitrary: overV6 },
      laterV4,
      fc.record({ arp }),
      fc.record({ lldp }),
    ),
    fc.option(fc.uint8Array({ minLength: 1, maxLength: 46 }), { nil: undefined }),
  )
  .map(([link, layers, trailer]) => ({ ethernet: link, ...layers, ...(trailer && { trailer }) }) as PacketInput);
