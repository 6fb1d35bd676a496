import { list, prefixed } from '../wire/list.ts';
import { pad, rest, u8, u16, u32, u64 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { action } from './action.ts';
import { match } from './match.ts';
import { OFPP } from './ports.ts';

const NOTHING = new Uint8Array(0);

/** A buffer id that says there is no buffer (7.2.5). */
export const OFP = { NO_BUFFER: 0xffffffff } as const;

/** Why a packet came to the controller (7.4.1). */
export const OFPR = { NO_MATCH: 0, ACTION: 1, INVALID_TTL: 2 } as const;

/** OFPT_PACKET_IN (7.4.1). */
export const packetIn = struct({
  bufferId: defaulted(u32, OFP.NO_BUFFER),
  totalLen: u16,
  reason: u8,
  tableId: u8,
  cookie: defaulted(u64, 0n),
  match: defaulted(match, {}),
  _pad: pad(2),
  data: defaulted(rest, NOTHING),
});

/** OFPT_PACKET_OUT (7.3.7). */
export const packetOut = struct({
  bufferId: defaulted(u32, OFP.NO_BUFFER),
  inPort: defaulted(u32, OFPP.CONTROLLER),
  actions: prefixed(list(action), 6),
  data: defaulted(rest, NOTHING),
});
