import fc, { type Arbitrary } from 'fast-check';
import {
  type ActionInput,
  type InstructionInput,
  type Match,
  type MessageInput,
  OFPFC,
  OFPFF,
  OFPG,
  OFPP,
  OFPTT,
} from '../../openflow/index.ts';
import { build } from '../../openflow/packet/build.ts';
import type { Ipv4Input } from '../../openflow/packet/ipv4.ts';
import type { PacketInput } from '../../openflow/packet/packet.ts';
import { OFPGC, OFPGT } from '../../openflow/protocol/groups.ts';

/** What both switches are given: their tables, then packets. */
export interface Case {
  readonly mods: readonly MessageInput[];
  readonly packets: readonly { readonly port: number; readonly frame: Uint8Array }[];
  /** What is changed when the packets have passed. */
  readonly later: readonly MessageInput[];
}

// Few values of each kind, so that packets meet matches.
const MACS = ['00:00:00:00:00:01', '00:00:00:00:00:02', '02:00:00:00:00:64', 'ff:ff:ff:ff:ff:ff', '01:80:c2:00:00:0e'];
const IPS = ['10.0.0.1', '10.0.0.2', '10.0.1.100', '192.168.7.9'];
const IP6S = ['fe80::1', '2001:db8::2', '2001:db8::64', 'ff02::1:ff00:64'];
const L4 = [80, 443, 8000, 40000];
const PORTS = [1, 2, 3, 4];

const pick = <T>(values: readonly T[]): Arbitrary<T> => fc.constantFrom(...values);
const mac = pick(MACS);
const ip = pick(IPS);
const ip6 = pick(IP6S);
const l4 = pick(L4);

type Kind = 'any' | 'arp' | 'ipv4' | 'tcp4' | 'udp4' | 'icmp4' | 'sctp4' | 'ipv6' | 'tcp6' | 'udp6' | 'icmp6' | 'nd';
const KINDS: readonly Kind[] = ['any', 'arp', 'ipv4', 'tcp4', 'udp4', 'icmp4', 'sctp4', 'ipv6', 'tcp6', 'udp6', 'icmp6', 'nd'];
const PREREQUISITES: Readonly<Record<Kind, Match>> = {
  any: {},
  arp: { ethType: 0x806 },
  ipv4: { ethType: 0x800 },
  tcp4: { ethType: 0x800, ipProto: 6 },
  udp4: { ethType: 0x800, ipProto: 17 },
  icmp4: { ethType: 0x800, ipProto: 1 },
  sctp4: { ethType: 0x800, ipProto: 132 },
  ipv6: { ethType: 0x86dd },
  tcp6: { ethType: 0x86dd, ipProto: 6 },
  udp6: { ethType: 0x86dd, ipProto: 17 },
  icmp6: { ethType: 0x86dd, ipProto: 58 },
  nd: { ethType: 0x86dd, ipProto: 58, icmpv6Type: 135 },
};

const masked = <T>(
  value: Arbitrary<T>,
  masks: readonly T[],
  and: (value: T, mask: T) => T,
): Arbitrary<T | { value: T; mask: T }> =>
  fc.oneof(
    { weight: 60, arbitrary: value },
    { weight: 20, arbitrary: fc.tuple(value, pick(masks)).map(([v, mask]) => ({ value: and(v, mask), mask })) },
    { weight: 1, arbitrary: fc.tuple(value, pick(masks)).map(([v, mask]) => ({ value: v, mask })) },
  );
const andNumber = (value: number, mask: number): number => (value & mask) >>> 0;
const andBig = (value: bigint, mask: bigint): bigint => value & mask;
const byBytes = (split: string, radix: number) => (value: string, mask: string) => {
  const bits = mask.split(split);
  const text = (n: number): string => (radix === 16 ? n.toString(16).padStart(2, '0') : String(n));
  return value
    .split(split)
    .map((part, i) => text(Number.parseInt(part, radix) & Number.parseInt(bits[i]!, radix)))
    .join(split);
};
const maskedMac = masked(mac, ['ff:ff:ff:00:00:00', '01:00:00:00:00:00', 'ff:ff:ff:ff:ff:fe'], byBytes(':', 16));
const maskedIp = masked(ip, ['255.255.255.0', '255.255.0.0', '0.0.0.255', '255.255.255.255'], byBytes('.', 10));
const maskedPort = masked(l4, [0xff00, 0x00ff, 0xffff, 0x8000], andNumber);
const u32 = masked(pick([0, 1, 0xff, 0x12345678]), [0xff, 0xffff0000, 0x12340000, 0xffffffff], andNumber);
const u64 = masked(pick([0n, 1n, 0xffn, 0x123456789abcdef0n]), [0xffn, 0xffff000000000000n, 0xffffffffffffffffn], andBig);

const COMMON: Record<string, Arbitrary<unknown>> = {
  inPort: pick([1, 2, 3]),
  metadata: u64,
  reg0: u32,
  reg7: u32,
  xreg1: u64,
  pktMark: u32,
  ethDst: maskedMac,
  ethSrc: maskedMac,
  vlanVid: fc.oneof(pick([0, 0x1005, 0x1006, 0x1007]), fc.constant({ value: 0x1000, mask: 0x1000 })),
};
const IP_FIELDS: Record<string, Arbitrary<unknown>> = {
  ipDscp: pick([0, 10, 46]),
  ipEcn: pick([0, 1, 3]),
  ipTtl: pick([1, 2, 64]),
  ipFrag: pick([0, 1, 3, { value: 0, mask: 1 }, { value: 0, mask: 2 }]),
};
const V4 = { ...IP_FIELDS, ipv4Src: maskedIp, ipv4Dst: maskedIp };
const V6 = { ...IP_FIELDS, ipv6Src: ip6, ipv6Dst: ip6, ipv6Flabel: masked(pick([0, 0x12345]), [0xff, 0xfffff], andNumber) };
const TCP = {
  tcpSrc: maskedPort,
  tcpDst: maskedPort,
  tcpFlags: masked(pick([2, 0x10, 0x11, 0x12, 4]), [2, 0x12, 0x17], andNumber),
};
const UDP = { udpSrc: maskedPort, udpDst: maskedPort };
const ICMP6 = { icmpv6Type: pick([128, 129, 135, 136]), icmpv6Code: pick([0, 1]) };
const FIELDS: Readonly<Record<Kind, Record<string, Arbitrary<unknown>>>> = {
  any: { ethType: pick([0x800, 0x806, 0x86dd, 0x88cc]) },
  arp: { arpOp: pick([1, 2]), arpSpa: maskedIp, arpTpa: maskedIp, arpSha: maskedMac, arpTha: maskedMac },
  ipv4: { ...V4, ipProto: pick([1, 6, 17, 132]) },
  tcp4: { ...V4, ...TCP },
  udp4: { ...V4, ...UDP },
  icmp4: { ...V4, icmpv4Type: pick([0, 8, 3]), icmpv4Code: pick([0, 1]) },
  sctp4: { ...V4, sctpSrc: maskedPort, sctpDst: maskedPort },
  ipv6: { ...V6, ipProto: pick([6, 17, 58]) },
  tcp6: { ...V6, ...TCP },
  udp6: { ...V6, ...UDP },
  icmp6: { ...V6, ...ICMP6 },
  nd: { ...V6, ipv6NdTarget: ip6, ipv6NdSll: maskedMac },
};

const kind = pick(KINDS);

function someOf(fields: Record<string, Arbitrary<unknown>>, most: number): Arbitrary<Match> {
  return fc
    .subarray(Object.keys(fields), { maxLength: Math.min(most, Object.keys(fields).length) })
    .chain(names => fc.record(Object.fromEntries(names.map(name => [name, fields[name]!]))) as Arbitrary<Match>);
}

/** One of these numbers now and then; mostly none. */
const rarely = (...numbers: readonly number[]): Arbitrary<number> =>
  fc.oneof({ weight: 40, arbitrary: fc.constant(-1) }, { weight: numbers.length, arbitrary: pick(numbers) });

/** A match of a kind; now and then one that lacks what its fields need. */
function matchOf(of: Kind): Arbitrary<Match> {
  const vlanPcp = fc.option(pick([0, 5]), { freq: 30, nil: undefined });
  return fc
    .tuple(someOf(COMMON, 1), someOf(FIELDS[of], 2), fc.integer({ min: 0, max: 40 }), vlanPcp)
    .map(([common, own, lacks, pcp]) => {
      const needs = lacks === 0 ? {} : PREREQUISITES[of];
      const tag = pcp === undefined ? {} : { ...(lacks === 1 ? {} : { vlanVid: { value: 0x1000, mask: 0x1000 } }), vlanPcp: pcp };
      return { ...needs, ...common, ...own, ...tag } as Match;
    });
}

const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? (value as { value: unknown }).value : value;

function setField(of: Kind): Arbitrary<ActionInput> {
  const {
    ethType: _t,
    ipFrag: _f,
    tcpFlags: _g,
    ipProto: _p,
    inPort: _i,
    vlanVid: _v,
    ...fields
  }: Record<string, Arbitrary<unknown>> = {
    ...COMMON,
    ...FIELDS[of],
  };
  const vlan = fc.oneof(
    { weight: 80, arbitrary: pick([0x1005, 0x1007]).map(vlanVid => ({ vlanVid })) },
    { weight: 20, arbitrary: pick([0, 5]).map(vlanVid => ({ vlanVid })) },
    { weight: 40, arbitrary: pick([0, 3]).map(vlanPcp => ({ vlanPcp })) },
    { weight: 4, arbitrary: fc.constantFrom({ ethType: 0x800 }, { ipProto: 6 }, { tcpFlags: 2 }, { inPort: 2 }) },
  );
  const own = fc.constantFrom(...Object.keys(fields)).chain(name => fields[name]!.map(value => ({ [name]: plain(value) })));
  return fc
    .oneof({ weight: 100, arbitrary: own }, { weight: 20, arbitrary: vlan })
    .map(field => ({ type: 'setField', field }) as ActionInput);
}

const MOVES = [
  { nBits: 48, src: 'ethSrc', dst: 'ethDst' },
  { nBits: 16, src: 'tcpDst', dst: 'reg0' },
  { nBits: 32, src: 'ipv4Src', dst: 'ipv4Dst' },
  { nBits: 32, src: 'arpSpa', dst: 'arpTpa' },
  { nBits: 48, src: 'arpSha', dst: 'arpTha' },
  { nBits: 8, src: 'reg7', dst: 'metadata', srcOfs: 4, dstOfs: 20 },
  { nBits: 5, src: 'ethSrc', dst: 'reg0', srcOfs: 3, dstOfs: 9 },
  { nBits: 3, src: 'ipDscp', dst: 'vlanPcp', srcOfs: 1 },
  { nBits: 33, src: 'reg0', dst: 'reg7' },
  { nBits: 6, src: 'ipDscp', dst: 'ipTtl' },
  { nBits: 64, src: 'metadata', dst: 'xreg1' },
  { nBits: 16, src: 'udpSrc', dst: 'udpDst' },
  { nBits: 8, src: 'icmpv4Type', dst: 'icmpv4Code' },
] as const;
const LOADS = [
  { bits: { ofs: 0, nBits: 16 }, dst: 'reg0', value: 80n },
  { bits: { ofs: 4, nBits: 12 }, dst: 'reg7', value: 0xabcn },
  { bits: { ofs: 0, nBits: 48 }, dst: 'ethDst', value: 0x2n },
  { bits: { ofs: 0, nBits: 16 }, dst: 'tcpDst', value: 8000n },
  { bits: { ofs: 0, nBits: 32 }, dst: 'ipv4Dst', value: 0x0a000002n },
  { bits: { ofs: 0, nBits: 16 }, dst: 'nxmInPort', value: 0n },
  { bits: { ofs: 0, nBits: 4 }, dst: 'reg0', value: 0x1fn },
  { bits: { ofs: 0, nBits: 16 }, dst: 'vlanTci', value: 0x1007n },
  { bits: { ofs: 0, nBits: 8 }, dst: 'ipTtl', value: 3n },
  { bits: { ofs: 0, nBits: 12 }, dst: 'nxmTcpFlags', value: 3n },
] as const;

const OUTPUTS = [1, 2, 3, 4, 1, 2, 3, 4, OFPP.IN_PORT, OFPP.ALL, OFPP.FLOOD, OFPP.CONTROLLER, OFPP.LOCAL, 9];
const GROUPS = [1, 2, 3, 4];

function action(of: Kind): Arbitrary<ActionInput> {
  const fixed: ActionInput[] = [
    { type: 'pushVlan', ethertype: 0x8100 },
    { type: 'pushVlan', ethertype: 0x88a8 },
    { type: 'popVlan' },
    { type: 'decNwTtl' },
    { type: 'setNwTtl', nwTtl: 7 },
    { type: 'setQueue', queueId: 1 },
    { type: 'finTimeout', finIdleTimeout: 5 },
    { type: 'note', note: new Uint8Array(6) },
    { type: 'controller' },
    { type: 'resubmitTable', tableId: 2 },
    { type: 'resubmit', inPort: 3 },
    { type: 'outputReg', bits: { ofs: 0, nBits: 16 }, src: 'reg0' },
    { type: 'exit' },
    { type: 'setTunnel64', tunId: 7n },
    { type: 'regLoad2', field: { ethDst: { value: '00:00:00:00:00:05', mask: '00:00:00:00:00:ff' } } },
  ];
  const rare: ActionInput[] = [
    { type: 'output', port: OFPP.ANY },
    { type: 'output', port: 0xff05 },
    { type: 'output', port: OFPP.TABLE },
    { type: 'pushVlan', ethertype: 0x9100 },
    { type: 'unknown', code: 99, body: new Uint8Array(4) },
    { type: 'experimenter', experimenter: 0x1234, data: new Uint8Array(8) },
    { type: 'pushPbb' },
    { type: 'copyTtlIn' },
  ];
  return fc.oneof(
    { weight: 240, arbitrary: setField(of) },
    { weight: 20, arbitrary: kind.chain(setField) },
    { weight: 400, arbitrary: pick(OUTPUTS).map(port => ({ type: 'output', port }) as ActionInput) },
    { weight: 60, arbitrary: pick(GROUPS).map(groupId => ({ type: 'group', groupId }) as ActionInput) },
    { weight: 60, arbitrary: pick(MOVES).map(move => ({ type: 'regMove', ...move }) as ActionInput) },
    { weight: 60, arbitrary: pick(LOADS).map(load => ({ type: 'regLoad', ...load }) as ActionInput) },
    { weight: 120, arbitrary: pick(fixed) },
    { weight: 8, arbitrary: pick(rare) },
  );
}

const actions = (of: Kind, most: number): Arbitrary<ActionInput[]> => fc.array(action(of), { maxLength: most });

function instructions(of: Kind): Arbitrary<InstructionInput[]> {
  const parts: [number, Arbitrary<InstructionInput>][] = [
    [8, actions(of, 5).map(list => ({ type: 'applyActions', actions: list }))],
    [2, actions(of, 3).map(list => ({ type: 'writeActions', actions: list }))],
    [1, fc.constant({ type: 'clearActions' })],
    [
      2,
      fc
        .constantFrom(0xffffn, 0xffffffffffffffffn)
        .map(mask => ({ type: 'writeMetadata', metadata: 0x1234n & mask, metadataMask: mask })),
    ],
    [5, pick([0, 1, 2, 3]).map(tableId => ({ type: 'gotoTable', tableId }))],
    [0.3, fc.constant({ type: 'meter', meterId: 1 })],
  ];
  return fc
    .tuple(
      ...parts.map(([weight, part]) =>
        fc
          .option(part, { freq: weight >= 5 ? 4 : 2, nil: undefined })
          .map(one => (weight < 1 && one?.type === 'meter' ? undefined : one)),
      ),
    )
    .map(list => list.filter(one => one !== undefined));
}

const flags = fc.oneof(
  { weight: 80, arbitrary: fc.constant(OFPFF.SEND_FLOW_REM) },
  { weight: 20, arbitrary: pick([0, OFPFF.CHECK_OVERLAP, OFPFF.RESET_COUNTS, OFPFF.NO_PKT_COUNTS, OFPFF.NO_BYT_COUNTS, 0x20]) },
);
const table = fc.oneof(
  { weight: 160, arbitrary: pick([0, 0, 0, 1, 2, 3]) },
  { weight: 4, arbitrary: pick([OFPTT.ALL, OFPTT.MAX]) },
);
const cookie = pick([0n, 1n, 2n, 0x100000001n]);
const mask = pick([0n, 0n, 1n, 0xffffffffffffffffn]);

const flowMod = (kinds: Arbitrary<Kind>): Arbitrary<MessageInput> =>
  kinds.chain(of =>
    fc.record({
      type: fc.constant('flowMod' as const),
      command: fc.oneof(
        { weight: 160, arbitrary: fc.constant(OFPFC.ADD) },
        { weight: 40, arbitrary: pick(Object.values(OFPFC)) },
        { weight: 1, arbitrary: fc.constant(7) },
      ),
      tableId: table,
      priority: pick([0, 1, 2, 3]),
      cookie,
      cookieMask: mask,
      flags,
      idleTimeout: pick([0, 0, 100]),
      hardTimeout: pick([0, 0, 200]),
      outPort: fc.oneof({ weight: 60, arbitrary: fc.constant(OFPP.ANY) }, { weight: 20, arbitrary: pick(PORTS) }),
      outGroup: fc.oneof({ weight: 80, arbitrary: fc.constant(OFPG.ANY) }, { weight: 20, arbitrary: pick(GROUPS) }),
      match: fc.oneof(
        { weight: 3, arbitrary: matchOf(of) },
        { weight: 3, arbitrary: fc.constant(PREREQUISITES[of]) },
        { weight: 2, arbitrary: fc.constant({}) },
      ),
      instructions: instructions(of),
    }),
  );

/** Only select and fast-failover groups may watch; now and then another one tries to. */
const watch = (groupType: number) =>
  fc.record({
    watchPort: fc.oneof(
      { weight: 60, arbitrary: fc.constant(OFPP.ANY) },
      { weight: groupType === OFPGT.FF ? 200 : groupType === OFPGT.SELECT ? 30 : 1, arbitrary: pick([1, 2, 9]) },
    ),
    watchGroup: fc.oneof(
      { weight: 100, arbitrary: fc.constant(OFPG.ANY) },
      { weight: groupType === OFPGT.FF ? 20 : 1, arbitrary: pick(GROUPS) },
    ),
  });

/** The buckets of a select group are all the same: which one is chosen is a switch's own business. */
const groupMod: Arbitrary<MessageInput> = fc.tuple(pick(Object.values(OFPGT)), kind).chain(([groupType, of]) => {
  const actionLists =
    groupType === OFPGT.SELECT
      ? actions(of, 3).chain(list => fc.array(fc.constant(list), { maxLength: 3 }))
      : fc.array(actions(of, 3), { maxLength: groupType === OFPGT.INDIRECT ? 1 : 3 });
  return fc.record({
    type: fc.constant('groupMod' as const),
    command: fc.oneof({ weight: 120, arbitrary: fc.constant(OFPGC.ADD) }, { weight: 40, arbitrary: pick(Object.values(OFPGC)) }),
    groupType: fc.constant(groupType),
    groupId: fc.oneof({ weight: 400, arbitrary: pick(GROUPS) }, { weight: 6, arbitrary: pick([OFPG.ALL, OFPG.ANY, OFPG.MAX]) }),
    buckets: actionLists.chain(lists =>
      fc.tuple(
        ...lists.map(list =>
          watch(groupType).map(watched => ({ weight: groupType === OFPGT.SELECT ? 1 : 0, ...watched, actions: list })),
        ),
      ),
    ),
  });
});

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
const packet = (kinds: Arbitrary<Kind>) =>
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

/**
 * Gives every match a priority of its own: which of two flows with the same priority a packet finds when it matches both is not
 * defined. Flows that ask for a check may have the priority of one that is there.
 */
function withPriorities(mods: readonly MessageInput[]): MessageInput[] {
  const known: string[] = [JSON.stringify({})];
  return mods.map(mod => {
    if (mod.type !== 'flowMod') return mod;
    // Open vSwitch keeps flows of its own in its last table, of which a deletion there may tell.
    if (mod.tableId === OFPTT.MAX && mod.command !== OFPFC.ADD) return { ...mod, tableId: 0, priority: 0, match: {} };
    const name = JSON.stringify(mod.match, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
    if (mod.flags === OFPFF.CHECK_OVERLAP && mod.command === OFPFC.ADD)
      return { ...mod, priority: (mod.priority ?? 0) % known.length };
    if (!known.includes(name)) known.push(name);
    return { ...mod, priority: known.indexOf(name) };
  });
}

/** Random tables and groups, and packets that meet them: of each case most are of the same few kinds. */
export const randomCase: Arbitrary<Case> = fc.array(kind, { minLength: 1, maxLength: 2 }).chain(own => {
  const kinds = fc.oneof({ weight: 5, arbitrary: pick(own) }, { weight: 1, arbitrary: kind });
  return fc
    .record({
      groups: fc.array(groupMod, { maxLength: 4 }),
      flows: fc.array(flowMod(kinds), { minLength: 2, maxLength: 14 }),
      moreGroups: fc.array(groupMod, { maxLength: 1 }),
      moreFlows: fc.array(flowMod(kinds), { maxLength: 3 }),
      packets: fc.array(packet(kinds), { minLength: 2, maxLength: 6 }),
      again: fc.array(fc.tuple(fc.nat(), pick([OFPFC.ADD, OFPFC.MODIFY]), pick([1, 5])), { maxLength: 2 }),
    })
    .map(({ groups, flows, moreGroups, moreFlows, packets, again }) => {
      const mods = withPriorities([...groups, ...flows, ...moreGroups, ...moreFlows]);
      const own = mods.filter(mod => mod.type === 'flowMod');
      const later = again.map(([nth, command, flags]) => ({ ...own[nth % own.length]!, command, flags, cookieMask: 0n }));
      return { mods, packets, later };
    });
});
