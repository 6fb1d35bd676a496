import fc, { type Arbitrary } from 'fast-check';
import { type ActionInput, type InstructionInput, OFPP } from '../../openflow/index.ts';
import { COMMON, FIELDS, type Kind, kind, pick } from './differential-matches.ts';

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
export const GROUPS = [1, 2, 3, 4];

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

export const actions = (of: Kind, most: number): Arbitrary<ActionInput[]> => fc.array(action(of), { maxLength: most });

export function instructions(of: Kind): Arbitrary<InstructionInput[]> {
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
