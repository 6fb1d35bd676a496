import type { TypeOf } from '../wire/codec.ts';
import { list } from '../wire/list.ts';
import { pad, rest, u16, u32, u64 } from '../wire/scalars.ts';
import { defaulted, length, struct } from '../wire/struct.ts';
import { tlv } from '../wire/union.ts';
import { REPLY } from './errors.ts';
import { OFPP } from './ports.ts';

/** All queues of a port (7.2.2). */
export const OFPQ = { ALL: 0xffffffff } as const;

/** A queue's rate that is not limited: above 1000 tenths of a percent (7.2.2). */
export const OFPQ_RATE = { UNCFG: 0xffff } as const;

/** Queue properties (7.2.2). Rates are in tenths of a percent. */
export const QUEUE_PROPERTIES = {
  minRate: [1, struct({ _pad: pad(4), rate: u16, _pad2: pad(6) }), '7.2.2'],
  maxRate: [2, struct({ _pad: pad(4), rate: u16, _pad2: pad(6) }), '7.2.2'],
  experimenter: [
    0xffff,
    struct({ _pad: pad(4), experimenter: u32, _pad2: pad(4), data: defaulted(rest, new Uint8Array(0)) }),
    '7.2.2',
  ],
} as const;

export const queueProperty = tlv(QUEUE_PROPERTIES, { padding: 'outside', badLength: REPLY.request });

/** `ofp_packet_queue` (7.2.2). */
export const packetQueue = struct({ queueId: u32, port: u32, _length: length, _pad: pad(6), properties: list(queueProperty) });
export type PacketQueue = TypeOf<typeof packetQueue>;

/** OFPT_QUEUE_GET_CONFIG_REQUEST (7.3.6). */
export const queueGetConfigRequest = struct({ port: u32, _pad: pad(4) });
/** OFPT_QUEUE_GET_CONFIG_REPLY (7.3.6). */
export const queueGetConfigReply = struct({ port: u32, _pad: pad(4), queues: list(packetQueue) });

/** The body of a queue statistics request (7.3.5.8). */
export const queueStatsRequest = struct({ portNo: defaulted(u32, OFPP.ANY), queueId: defaulted(u32, OFPQ.ALL) });

/** `ofp_queue_stats` (7.3.5.8). */
export const queueStats = struct({
  portNo: u32,
  queueId: u32,
  txBytes: u64,
  txPackets: u64,
  txErrors: u64,
  durationSec: u32,
  durationNsec: u32,
});
