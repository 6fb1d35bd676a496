import type { MessageInput } from '../openflow/index.ts';

/** A SYN to the virtual IP, as a switch reports it: 98 bytes. */
export const PACKET_IN = {
  type: 'packetIn',
  xid: 0,
  bufferId: 0xffffffff,
  totalLen: 56,
  reason: 1,
  tableId: 1,
  cookie: 0xa0000001n,
  match: { inPort: 3 },
  data: Uint8Array.from({ length: 56 }, (_, i) => i),
} as const satisfies MessageInput;

/** A flow of a connection: seven fields to match, four actions. */
export const FLOW_MOD = {
  type: 'flowMod',
  xid: 7,
  cookie: 0xa0000001n,
  cookieMask: 0n,
  tableId: 1,
  command: 0,
  idleTimeout: 300,
  hardTimeout: 0,
  priority: 400,
  bufferId: 0xffffffff,
  outPort: 0xffffffff,
  outGroup: 0xffffffff,
  flags: 1,
  match: { inPort: 3, ethType: 0x0800, ipProto: 6, ipv4Src: '10.0.0.4', ipv4Dst: '10.0.0.100', tcpSrc: 40312, tcpDst: 80 },
  instructions: [
    {
      type: 'applyActions',
      actions: [
        { type: 'setField', field: { ethDst: '02:00:00:00:00:01' } },
        { type: 'setField', field: { ipv4Dst: '10.0.0.1' } },
        { type: 'setField', field: { tcpDst: 8000 } },
        { type: 'output', port: 1, maxLen: 0 },
      ],
    },
  ],
} as const satisfies MessageInput;
