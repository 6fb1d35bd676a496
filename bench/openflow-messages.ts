import type { MessageInput } from '../openflow/index.ts';

/** How many different messages a case takes in turns, so that nothing that is kept from one message helps with the next. */
export const TURNS = 64;

function turns<T>(build: (i: number) => T): readonly T[] {
  return Array.from({ length: TURNS }, (_, i) => build(i));
}

/** SYNs to the virtual IP, as a switch reports them: 98 bytes each. */
export const PACKET_INS = turns(
  i =>
    ({
      type: 'packetIn',
      xid: i,
      bufferId: 0xffffffff,
      totalLen: 56,
      reason: 1,
      tableId: i & 1,
      cookie: 0xa0000001n + BigInt(i),
      match: { inPort: 1 + (i % 48) },
      data: Uint8Array.from({ length: 56 }, (_, k) => i + k),
    }) as const satisfies MessageInput,
);

/** Flows of connections: seven fields to match, four actions. */
export const FLOW_MODS = turns(
  i =>
    ({
      type: 'flowMod',
      xid: 7 + i,
      cookie: 0xa0000001n + BigInt(i),
      cookieMask: 0n,
      tableId: 1,
      command: 0,
      idleTimeout: 300 + i,
      hardTimeout: 0,
      priority: 400,
      bufferId: 0xffffffff,
      outPort: 0xffffffff,
      outGroup: 0xffffffff,
      flags: 1,
      match: {
        inPort: 1 + (i % 48),
        ethType: 0x0800,
        ipProto: 6,
        ipv4Src: `10.0.${i % 4}.${4 + 3 * i}`,
        ipv4Dst: '10.0.0.100',
        tcpSrc: 40312 + 101 * i,
        tcpDst: 80,
      },
      instructions: [
        {
          type: 'applyActions',
          actions: [
            { type: 'setField', field: { ethDst: `02:00:00:00:00:${(0x1a + 3 * i).toString(16)}` } },
            { type: 'setField', field: { ipv4Dst: `10.0.0.${1 + i}` } },
            { type: 'setField', field: { tcpDst: 8000 + i } },
            { type: 'output', port: 1 + (i % 7), maxLen: 0 },
          ],
        },
      ],
    }) as const satisfies MessageInput,
);
