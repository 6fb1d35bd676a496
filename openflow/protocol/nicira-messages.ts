import { ipv6 } from '../wire/addresses.ts';
import { list, times } from '../wire/list.ts';
import { bytes, pad, rest, u8, u16, u32, u64 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { tlv } from '../wire/union.ts';
import { REPLY } from './errors.ts';
import { oxmFields } from './match.ts';

const framing = { padding: 'outside', badLength: REPLY.request } as const;

/** Formats of packet-ins: the specification's, Nicira's, and the one with user data (NXPIF_*). */
export const NXPIF = { STANDARD: 0, NXT_PACKET_IN: 1, NXT_PACKET_IN2: 2 } as const;

/** What a packet-in2 holds, each of it when there is something to say (NXPINT_*). */
export const PACKET_IN2_PROPERTIES = {
  packet: [0, struct({ data: rest })],
  fullLen: [1, struct({ fullLen: u32 })],
  bufferId: [2, struct({ bufferId: u32 })],
  tableId: [3, struct({ tableId: u8 })],
  cookie: [4, struct({ _pad: pad(4), cookie: u64 })],
  reason: [5, struct({ reason: u8 })],
  metadata: [6, struct({ match: oxmFields })],
  userdata: [7, struct({ data: rest })],
  continuation: [8, struct({ data: rest })],
} as const;

/** Bits for each kind of asynchronous message and role (as in OpenFlow 1.4). */
const mask = struct({ mask: u32 });
export const ASYNC_PROPERTIES = {
  packetInSlave: [0, mask],
  packetInMaster: [1, mask],
  portStatusSlave: [2, mask],
  portStatusMaster: [3, mask],
  flowRemovedSlave: [4, mask],
  flowRemovedMaster: [5, mask],
  roleStatusSlave: [6, mask],
  roleStatusMaster: [7, mask],
  tableStatusSlave: [8, mask],
  tableStatusMaster: [9, mask],
  requestforwardSlave: [10, mask],
  requestforwardMaster: [11, mask],
} as const;

/** One direction of a connection to flush (NXT_CT_TUPLE_*). IPv4 addresses are mapped: `::ffff:10.0.0.1`. */
export const CT_TUPLE_PROPERTIES = {
  src: [0, struct({ address: ipv6 })],
  dst: [1, struct({ address: ipv6 })],
  srcPort: [2, struct({ port: u16, _pad: pad(2) })],
  dstPort: [3, struct({ port: u16, _pad: pad(2) })],
  icmpId: [4, struct({ icmpId: u16, _pad: pad(2) })],
  icmpType: [5, struct({ icmpType: u8 })],
  icmpCode: [6, struct({ icmpCode: u8 })],
} as const;

const tuple = struct({ _pad: pad(4), tuple: list(tlv(CT_TUPLE_PROPERTIES, framing)) });

/** Which connections to flush (NXT_CT_*). */
export const CT_FLUSH_PROPERTIES = {
  origTuple: [0, tuple],
  replyTuple: [1, tuple],
  zoneId: [2, struct({ zone: u16, _pad: pad(2) })],
} as const;

const packetIn2 = struct({ properties: list(tlv(PACKET_IN2_PROPERTIES, framing)) });
const tlvMap = struct({ optClass: u16, optType: u8, optLen: u8, index: u16, _pad: pad(2) });

/** Open vSwitch's own messages over 1.3, with their experimenter types (NXT_*). */
export const NICIRA_MESSAGES = {
  setPacketInFormat: [16, struct({ format: u32 })],
  flowAge: [18, struct({})],
  nxSetAsyncConfig: [19, struct({ packetInMask: times(2, u32), portStatusMask: times(2, u32), flowRemovedMask: times(2, u32) })],
  setControllerId: [20, struct({ _pad: pad(6), controllerId: u16 })],
  tlvTableMod: [24, struct({ command: u16, _pad: pad(6), mappings: list(tlvMap) })],
  tlvTableRequest: [25, struct({})],
  tlvTableReply: [
    26,
    struct({ maxOptionSpace: u32, maxFields: u16, reserved: defaulted(bytes(10), new Uint8Array(10)), mappings: list(tlvMap) }),
  ],
  setAsyncConfig2: [27, struct({ properties: list(tlv(ASYNC_PROPERTIES, framing)) })],
  resume: [28, packetIn2],
  ctFlushZone: [29, struct({ _pad: pad(6), zone: u16 })],
  packetIn2: [30, packetIn2],
  ctFlush: [32, struct({ ipProto: u8, family: u8, _pad: pad(6), properties: list(tlv(CT_FLUSH_PROPERTIES, framing)) })],
} as const;
