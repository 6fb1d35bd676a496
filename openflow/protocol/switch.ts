import { pad, u8, u16, u32, u64 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { text } from '../wire/text.ts';

/** What a switch can do (7.3.1). */
export const OFPC = {
  FLOW_STATS: 1 << 0,
  TABLE_STATS: 1 << 1,
  PORT_STATS: 1 << 2,
  GROUP_STATS: 1 << 3,
  IP_REASM: 1 << 5,
  QUEUE_STATS: 1 << 6,
  PORT_BLOCKED: 1 << 8,
} as const;

/** How a switch treats IP fragments: the flags of its configuration (7.3.2). */
export const OFPC_FRAG = { NORMAL: 0, DROP: 1, REASM: 2, MASK: 3 } as const;

/** OFPT_FEATURES_REPLY (7.3.1). */
export const featuresReply = struct({
  datapathId: u64,
  nBuffers: defaulted(u32, 0),
  nTables: u8,
  auxiliaryId: defaulted(u8, 0),
  _pad: pad(2),
  capabilities: defaulted(u32, 0),
  reserved: defaulted(u32, 0),
});

/** OFPT_GET_CONFIG_REPLY and OFPT_SET_CONFIG (7.3.2). */
export const switchConfig = struct({ flags: defaulted(u16, OFPC_FRAG.NORMAL), missSendLen: u16 });

/** The body of a description reply (7.3.5.1). */
export const desc = struct({ mfrDesc: text(256), hwDesc: text(256), swDesc: text(256), serialNum: text(32), dpDesc: text(256) });
