import type { Codec } from '../wire/codec.ts';
import { EncodeError } from '../wire/errors.ts';
import { pad, rest, u8, u16, u32, u64 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { OFPCML } from './actions.ts';
import { fieldRef } from './field-ref.ts';
import { oneField } from './match.ts';

/** Some bits of a field: the first one and how many. */
export interface BitRange {
  readonly ofs: number;
  readonly nBits: number;
}

/** Ten bits of offset and six of `nBits - 1`. */
export const bits: Codec<BitRange> = {
  shape: { kind: 'named', name: 'bits' },
  size: 2,
  read(r) {
    const packed = r.u16();
    return { ofs: packed >>> 6, nBits: (packed & 63) + 1 };
  },
  write(w, value) {
    if (!(value?.nBits >= 1 && value.nBits <= 64)) throw new EncodeError(`nBits ${value?.nBits} is not 1 to 64`);
    w.u16(value.ofs * 64 + value.nBits - 1);
  },
};

const empty = struct({ _pad: pad(6) });
const resubmit = struct({ inPort: defaulted(u16, 0xfff8), tableId: defaulted(u8, 255), _pad: pad(3) });
const stack = struct({ ofs: defaulted(u16, 0), field: fieldRef, nBits: u16, _pad: pad(6) });
const sampled = { probability: u16, collectorSetId: u32, obsDomainId: u32, obsPointId: u32 } as const;

/** Open vSwitch's actions of fixed form (NXAST_*). Port numbers here are OpenFlow 1.0's: 0xfff8 is IN_PORT. */
export const NICIRA_SIMPLE_ACTIONS = {
  resubmit: [1, resubmit],
  setTunnel: [2, struct({ _pad: pad(2), tunId: u32 })],
  popQueue: [5, empty],
  /** Copies bits between fields that are named: `src: 'ethSrc', dst: 'reg0'`. */
  regMove: [6, struct({ nBits: u16, srcOfs: defaulted(u16, 0), dstOfs: defaulted(u16, 0), src: fieldRef, dst: fieldRef })],
  /** Writes a constant into some bits of a field. */
  regLoad: [7, struct({ bits, dst: fieldRef, value: u64 })],
  note: [8, struct({ note: rest })],
  setTunnel64: [9, struct({ _pad: pad(6), tunId: u64 })],
  multipath: [
    10,
    struct({ fields: u16, basis: u16, _pad: pad(2), algorithm: u16, maxLink: u16, arg: u32, _pad2: pad(2), bits, dst: fieldRef }),
  ],
  resubmitTable: [14, resubmit],
  outputReg: [15, struct({ bits, src: fieldRef, maxLen: defaulted(u16, OFPCML.NO_BUFFER), _pad: pad(6) })],
  exit: [17, empty],
  /** Shortens the flow's timeouts when a TCP packet with FIN or RST passes. */
  finTimeout: [19, struct({ finIdleTimeout: u16, finHardTimeout: defaulted(u16, 0), _pad: pad(2) })],
  controller: [
    20,
    struct({ maxLen: defaulted(u16, OFPCML.NO_BUFFER), controllerId: defaulted(u16, 0), reason: defaulted(u8, 1), _pad: pad(1) }),
  ],
  nxWriteMetadata: [22, struct({ _pad: pad(6), metadata: u64, metadataMask: u64 })],
  stackPush: [27, stack],
  stackPop: [28, stack],
  sample: [29, struct(sampled)],
  outputReg2: [32, struct({ bits, maxLen: defaulted(u16, OFPCML.NO_BUFFER), src: fieldRef })],
  /** Writes a field, with a mask if wanted. */
  regLoad2: [33, struct({ field: oneField })],
  conjunction: [34, struct({ clause: u8, nClauses: u8, id: u32 })],
  sample2: [38, struct({ ...sampled, samplingPort: u16, _pad: pad(6) })],
  outputTrunc: [39, struct({ port: u16, maxLen: u32 })],
  sample3: [41, struct({ ...sampled, samplingPort: u16, direction: u8, _pad: pad(5) })],
  ctClear: [43, empty],
  resubmitTableCt: [44, resubmit],
  decNshTtl: [48, empty],
} as const;
