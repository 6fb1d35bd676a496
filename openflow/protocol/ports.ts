import { mac } from '../wire/addresses.ts';
import type { TypeOf } from '../wire/codec.ts';
import { pad, u8, u32, u64 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { text } from '../wire/text.ts';

/** Port numbers with a meaning (7.2.1). */
export const OFPP = {
  MAX: 0xffffff00,
  IN_PORT: 0xfffffff8,
  TABLE: 0xfffffff9,
  NORMAL: 0xfffffffa,
  FLOOD: 0xfffffffb,
  ALL: 0xfffffffc,
  CONTROLLER: 0xfffffffd,
  LOCAL: 0xfffffffe,
  ANY: 0xffffffff,
} as const;

/** Bits of a port's configuration (7.2.1). */
export const OFPPC = { PORT_DOWN: 1 << 0, NO_RECV: 1 << 2, NO_FWD: 1 << 5, NO_PACKET_IN: 1 << 6 } as const;

/** Bits of a port's state (7.2.1). */
export const OFPPS = { LINK_DOWN: 1 << 0, BLOCKED: 1 << 1, LIVE: 1 << 2 } as const;

/** Bits of a port's features: speeds, medium, negotiation (7.2.1). */
export const OFPPF = {
  '10MB_HD': 1 << 0,
  '10MB_FD': 1 << 1,
  '100MB_HD': 1 << 2,
  '100MB_FD': 1 << 3,
  '1GB_HD': 1 << 4,
  '1GB_FD': 1 << 5,
  '10GB_FD': 1 << 6,
  '40GB_FD': 1 << 7,
  '100GB_FD': 1 << 8,
  '1TB_FD': 1 << 9,
  OTHER: 1 << 10,
  COPPER: 1 << 11,
  FIBER: 1 << 12,
  AUTONEG: 1 << 13,
  PAUSE: 1 << 14,
  PAUSE_ASYM: 1 << 15,
} as const;

/** What happened to a port (7.4.3). */
export const OFPPR = { ADD: 0, DELETE: 1, MODIFY: 2 } as const;

/** `ofp_port` (7.2.1). Speeds are in kbit/s. */
export const port = struct({
  portNo: u32,
  _pad: pad(4),
  hwAddr: mac,
  _pad2: pad(2),
  name: text(16),
  config: defaulted(u32, 0),
  state: defaulted(u32, 0),
  curr: defaulted(u32, 0),
  advertised: defaulted(u32, 0),
  supported: defaulted(u32, 0),
  peer: defaulted(u32, 0),
  currSpeed: defaulted(u32, 0),
  maxSpeed: defaulted(u32, 0),
});
export type Port = TypeOf<typeof port>;

/** OFPT_PORT_STATUS (7.4.3). */
export const portStatus = struct({ reason: u8, _pad: pad(7), desc: port });

/** OFPT_PORT_MOD (7.3.4.3). */
export const portMod = struct({
  portNo: u32,
  _pad: pad(4),
  hwAddr: mac,
  _pad2: pad(2),
  config: u32,
  mask: u32,
  advertise: defaulted(u32, 0),
  _pad3: pad(4),
});

/** The body of a port statistics request (7.3.5.6). */
export const portStatsRequest = struct({ portNo: defaulted(u32, OFPP.ANY), _pad: pad(4) });

/** `ofp_port_stats` (7.3.5.6). */
export const portStats = struct({
  portNo: u32,
  _pad: pad(4),
  rxPackets: u64,
  txPackets: u64,
  rxBytes: u64,
  txBytes: u64,
  rxDropped: u64,
  txDropped: u64,
  rxErrors: u64,
  txErrors: u64,
  rxFrameErr: u64,
  rxOverErr: u64,
  rxCrcErr: u64,
  collisions: u64,
  durationSec: u32,
  durationNsec: u32,
});
export type PortStats = TypeOf<typeof portStats>;
