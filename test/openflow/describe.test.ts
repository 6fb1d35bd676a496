import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, describe as describeMessage, encode, type MessageInput, OFPP } from '../../openflow/index.ts';
import { anyMessage } from './arbitrary.ts';
import { MESSAGE_SAMPLES } from './samples/messages.ts';

const line = (message: MessageInput): string => describeMessage(decode(encode(message)));

const rows: readonly (readonly [MessageInput, string])[] = [
  [
    { type: 'packetIn', xid: 1, totalLen: 60, reason: 0, tableId: 2, match: { inPort: 3 }, data: new Uint8Array(60) },
    'OFPT_PACKET_IN (OF1.3) (xid=0x1): table_id=2 total_len=60 in_port=3 (via no_match) data_len=60 (unbuffered)',
  ],
  [
    {
      type: 'flowMod',
      priority: 400,
      cookie: 0x76n,
      idleTimeout: 60,
      flags: 1,
      match: {
        ethType: 0x0800,
        ipProto: 6,
        ipv4Dst: { value: '10.0.0.0', mask: '255.255.255.0' },
        tcpFlags: { value: 2, mask: 0x12 },
      },
      instructions: [
        {
          type: 'applyActions',
          actions: [
            { type: 'setField', field: { ethDst: '02:00:00:00:00:01' } },
            { type: 'output', port: OFPP.IN_PORT },
          ],
        },
        { type: 'gotoTable', tableId: 3 },
      ],
    },
    'OFPT_FLOW_MOD (OF1.3) (xid=0x0): ADD priority=400,tcp,nw_dst=10.0.0.0/24,tcp_flags=+syn-ack cookie:0x76 idle:60 send_flow_rem actions=set_field:02:00:00:00:00:01->dl_dst,IN_PORT,goto_table:3',
  ],
  [{ type: 'error', errType: 1, code: 6 }, 'OFPT_ERROR (OF1.3) (xid=0x0): OFPBRC_BAD_LEN'],
  [{ type: 'roleRequest', role: 2, generationId: 7n }, 'OFPT_ROLE_REQUEST (OF1.3) (xid=0x0): role=master generation_id=7'],
  [{ type: 'multipartRequest', kind: 'flow' }, 'OFPST_FLOW request (OF1.3) (xid=0x0):'],
  [{ type: 'ctFlushZone', zone: 5 }, 'NXT_CT_FLUSH_ZONE (OF1.3) (xid=0x0): zone=5'],
  [{ type: 'flowMonitorCancel', id: 5 }, 'ONFT_FLOW_MONITOR_CANCEL (OF1.3) (xid=0x0): id=5'],
];

describe('the line of a message', () => {
  it.each(rows.map(([message, text]) => [text, message] as const))('%s', (text, message) => {
    expect(line(message)).toBe(text);
  });

  it('is one line for every sample and every generated message', () => {
    for (const message of MESSAGE_SAMPLES) expect(line(message)).toMatch(/^[A-Z]+_.*\(OF1\.3\) \(xid=0x0\):[^\n]*$/);
    fc.assert(
      fc.property(anyMessage, message => {
        expect(describeMessage(decode(encode(message as MessageInput)))).not.toMatch(/undefined|\[object/);
      }),
      { numRuns: 300 },
    );
  });

  it('is that of Open vSwitch for most of what fits on a line there', () => {
    const vectors = JSON.parse(readFileSync(new URL('../vectors/openflow.json', import.meta.url), 'utf8')) as {
      hex: string;
      print?: string;
    }[];
    const single = vectors.filter(({ print }) => print !== undefined && !print.includes('\n'));
    const equal = single.filter(({ hex, print }) => describeMessage(decode(Buffer.from(hex, 'hex'))) === print);
    expect(equal.length / single.length).toBeGreaterThan(0.5);
  });
});
