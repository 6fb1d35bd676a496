import { times } from '../wire/list.ts';
import { pad, u32, u64 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';

/** What a controller is to a switch (7.3.9). */
export const OFPCR_ROLE = { NOCHANGE: 0, EQUAL: 1, MASTER: 2, SLAVE: 3 } as const;

/** OFPT_ROLE_REQUEST and OFPT_ROLE_REPLY (7.3.9). A smaller generation id than the switch has seen is refused as stale. */
export const role = struct({ role: u32, _pad: pad(4), generationId: defaulted(u64, 0n) });

/**
 * OFPT_GET_ASYNC_REPLY and OFPT_SET_ASYNC (7.3.10): bit `1 << reason` says whether a message with that reason is sent,
 * first to a master or equal controller, then to a slave.
 */
export const asyncConfig = struct({ packetInMask: times(2, u32), portStatusMask: times(2, u32), flowRemovedMask: times(2, u32) });
