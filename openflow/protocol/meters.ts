import type { InputOf, TypeOf } from '../wire/codec.ts';
import { list } from '../wire/list.ts';
import { pad, rest, u8, u16, u32, u64 } from '../wire/scalars.ts';
import { defaulted, length, struct } from '../wire/struct.ts';
import { tlv } from '../wire/union.ts';
import { OFPET, OFPMMFC } from './errors.ts';

/** Meters with a meaning (7.3.4.4). */
export const OFPM = { MAX: 0xffff0000, SLOWPATH: 0xfffffffd, CONTROLLER: 0xfffffffe, ALL: 0xffffffff } as const;

/** What a meter-mod does (7.3.4.4). */
export const OFPMC = { ADD: 0, MODIFY: 1, DELETE: 2 } as const;

/** Flags of a meter: the unit of its rates, bursts, statistics (7.3.4.4). */
export const OFPMF = { KBPS: 1 << 0, PKTPS: 1 << 1, BURST: 1 << 2, STATS: 1 << 3 } as const;

const rates = { rate: u32, burstSize: defaulted(u32, 0) } as const;

/** Meter bands (7.3.4.4). */
export const METER_BANDS = {
  drop: [1, struct({ ...rates, _pad: pad(4) }), '7.3.4.4'],
  dscpRemark: [2, struct({ ...rates, precLevel: u8, _pad: pad(3) }), '7.3.4.4'],
  experimenter: [0xffff, struct({ ...rates, experimenter: u32, data: defaulted(rest, new Uint8Array(0)) }), '7.3.4.4'],
} as const;

export const meterBand = tlv(METER_BANDS, {
  padding: 'inside',
  badLength: { errType: OFPET.METER_MOD_FAILED, code: OFPMMFC.BAD_BAND },
});
export type MeterBand = TypeOf<typeof meterBand>;
export type MeterBandInput = InputOf<typeof meterBand>;

/** OFPT_METER_MOD (7.3.4.4). */
export const meterMod = struct({
  command: defaulted(u16, OFPMC.ADD),
  flags: defaulted(u16, OFPMF.KBPS),
  meterId: u32,
  bands: defaulted(list(meterBand), []),
});

/** The body of a meter statistics or configuration request (7.3.5.12). */
export const meterRequest = struct({ meterId: defaulted(u32, OFPM.ALL), _pad: pad(4) });

/** `ofp_meter_stats` (7.3.5.12). */
export const meterStats = struct({
  meterId: u32,
  _length: length,
  _pad: pad(6),
  flowCount: u32,
  packetInCount: u64,
  byteInCount: u64,
  durationSec: u32,
  durationNsec: u32,
  bandStats: list(struct({ packetBandCount: u64, byteBandCount: u64 })),
});

/** `ofp_meter_config` (7.3.5.13). */
export const meterConfig = struct({ _length: length, flags: u16, meterId: u32, bands: list(meterBand) });

/** The body of a meter features reply (7.3.5.14). */
export const meterFeatures = struct({
  maxMeter: u32,
  bandTypes: u32,
  capabilities: u32,
  maxBands: u8,
  maxColor: u8,
  _pad: pad(2),
});
