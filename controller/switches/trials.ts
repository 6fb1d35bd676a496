import { type ActionInput, type Match, type MessageInput, OFPFC, ONF_BCT, ONF_BF } from '../../openflow/index.ts';
import { ETH_TYPE } from '../../openflow/packet/ethernet.ts';
import { IP_PROTO } from '../../openflow/packet/ipv4.ts';
import { TCP } from '../../openflow/packet/tcp.ts';
import { instructionsOf } from '../core/flow.ts';
import { PRIORITY, TABLE } from '../core/pipeline.ts';
import type { Capabilities } from '../core/switch.ts';

const BUNDLE_ID = 0x7669_7066;
const FLAGS = ONF_BF.ATOMIC | ONF_BF.ORDERED;
const TCP_MATCH = { ethType: ETH_TYPE.IPV4, ipProto: IP_PROTO.TCP };

/**
 * A change of a flow that is not there, in a table that no packet reaches: nothing happens, and a switch that cannot do what is in it
 * refuses it (OpenFlow 1.3.5, 6.4).
 */
function flowWith(match: Match, actions: readonly ActionInput[] = []): MessageInput {
  const head = { type: 'flowMod', command: OFPFC.MODIFY_STRICT, tableId: TABLE.trial, priority: PRIORITY.miss } as const;
  return { ...head, match, instructions: instructionsOf({ actions }) };
}

/** What is tried of each switch, in its order: a capability is there when its message is not answered by an error. */
export const TRIALS = {
  tcpFlags: flowWith({ ...TCP_MATCH, tcpFlags: { value: TCP.SYN, mask: TCP.SYN | TCP.ACK } }),
  finTimeout: flowWith({ ...TCP_MATCH, tcpDst: 1 }, [{ type: 'finTimeout', finIdleTimeout: 1, finHardTimeout: 0 }]),
  registers: flowWith({ ...TCP_MATCH, tcpDst: 2 }, [{ type: 'regMove', nBits: 16, src: 'tcpDst', dst: 'reg0' }]),
  learn: flowWith({ ...TCP_MATCH, tcpDst: 3 }, [
    {
      type: 'learn',
      tableId: TABLE.trial,
      specs: [{ type: 'match', nBits: 16, from: 0x800n, to: { field: 'ethType', ofs: 0 } }],
    },
  ]),
  bundles: { type: 'bundleControl', bundleId: BUNDLE_ID, controlType: ONF_BCT.OPEN_REQUEST, flags: FLAGS },
} as const satisfies { readonly [K in keyof Capabilities]?: MessageInput };

/** Nothing is left of what was tried. */
export const AFTER_TRIALS = {
  discard: { type: 'bundleControl', bundleId: BUNDLE_ID, controlType: ONF_BCT.DISCARD_REQUEST, flags: FLAGS },
} as const satisfies Record<string, MessageInput>;
