import { describe, expect, it } from 'vitest';
import {
  DecodeError,
  decode,
  EncodeError,
  encode,
  errorName,
  headerOf,
  type MessageInput,
  missingPrerequisite,
  OFPBMC,
  OFPBRC,
  OFPET,
  OFPP,
} from '../../openflow/index.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

/** Bytes written by hand from the specification. */
const rows: readonly (readonly [title: string, value: MessageInput, bytes: string])[] = [
  [
    'HELLO with a version bitmap (7.5.1)',
    { type: 'hello', xid: 1, elements: [{ type: 'versionBitmap', bitmaps: [0x10] }] },
    '04 00 0010 00000001  0001 0008 00000010',
  ],
  ['ERROR (7.4.4)', { type: 'error', xid: 2, errType: 1, code: 6, data: bytes('beef') }, '04 01 000e 00000002  0001 0006 beef'],
  [
    'FEATURES_REPLY (7.3.1)',
    { type: 'featuresReply', xid: 3, datapathId: 1n, nBuffers: 0, nTables: 254, auxiliaryId: 0, capabilities: 0x4f, reserved: 0 },
    '04 06 0020 00000003  0000000000000001 00000000 fe 00 0000 0000004f 00000000',
  ],
  [
    'PACKET_IN from port 3 (7.4.1)',
    {
      type: 'packetIn',
      xid: 0,
      bufferId: 0xffffffff,
      totalLen: 4,
      reason: 0,
      tableId: 0,
      cookie: 0n,
      match: { inPort: 3 },
      data: bytes('01020304'),
    },
    `04 0a 002e 00000000  ffffffff 0004 00 00 0000000000000000
     0001 000c 80000004 00000003 00000000  0000  01020304`,
  ],
  [
    'PACKET_OUT to port 2 (7.3.7)',
    {
      type: 'packetOut',
      xid: 4,
      bufferId: 0xffffffff,
      inPort: OFPP.CONTROLLER,
      actions: [{ type: 'output', port: 2, maxLen: 0 }],
      data: bytes('aabb'),
    },
    '04 0d 002a 00000004  ffffffff fffffffd 0010 000000000000  0000 0010 00000002 0000 000000000000  aabb',
  ],
  [
    'FLOW_MOD with two instructions (7.3.4.1)',
    {
      type: 'flowMod',
      xid: 5,
      cookie: 0xc0ffeen,
      cookieMask: 0n,
      tableId: 1,
      command: 0,
      idleTimeout: 60,
      hardTimeout: 0,
      priority: 400,
      bufferId: 0xffffffff,
      outPort: OFPP.ANY,
      outGroup: 0xffffffff,
      flags: 1,
      match: { ethType: 0x0800, ipv4Dst: { value: '10.0.0.0', mask: '255.255.255.0' } },
      instructions: [
        { type: 'applyActions', actions: [{ type: 'setField', field: { ipv4Dst: '10.0.0.1' } }, { type: 'decNwTtl' }] },
        { type: 'gotoTable', tableId: 2 },
      ],
    },
    `04 0e 0070 00000005  0000000000c0ffee 0000000000000000 01 00 003c 0000 0190 ffffffff ffffffff ffffffff 0001 0000
     0001 0016 80000a02 0800 80001908 0a000000 ffffff00 0000
     0004 0020 00000000  0019 0010 80001804 0a000001 00000000  0018 0008 00000000
     0001 0008 02 000000`,
  ],
  [
    'ONF tcp_flags: an experimenter field (7.2.3.8)',
    {
      type: 'flowRemoved',
      xid: 6,
      cookie: 0n,
      priority: 1,
      reason: 0,
      tableId: 0,
      durationSec: 0,
      durationNsec: 0,
      idleTimeout: 0,
      hardTimeout: 0,
      packetCount: 0n,
      byteCount: 0n,
      match: { tcpFlags: { value: 2, mask: 0x12 } },
    },
    `04 0b 0040 00000006  0000000000000000 0001 00 00 00000000 00000000 0000 0000 0000000000000000 0000000000000000
     0001 0010 ffff5508 4f4e4600 0002 0012`,
  ],
  [
    'MULTIPART_REQUEST for flows (7.3.5.2)',
    {
      type: 'multipartRequest',
      xid: 7,
      kind: 'flow',
      flags: 0,
      body: { tableId: 255, outPort: OFPP.ANY, outGroup: 0xffffffff, cookie: 1n, cookieMask: 1n, match: {} },
    },
    `04 12 0038 00000007  0001 0000 00000000
     ff 000000 ffffffff ffffffff 00000000 0000000000000001 0000000000000001  0001 0004 00000000`,
  ],
  [
    'GROUP_MOD with a bucket (7.3.4.2)',
    {
      type: 'groupMod',
      xid: 8,
      command: 0,
      groupType: 1,
      groupId: 9,
      buckets: [{ weight: 5, watchPort: OFPP.ANY, watchGroup: 0xffffffff, actions: [{ type: 'popVlan' }] }],
    },
    '04 0f 0028 00000008  0000 01 00 00000009  0018 0005 ffffffff ffffffff 00000000  0012 0008 00000000',
  ],
  [
    'Nicira fin_timeout',
    {
      type: 'packetOut',
      xid: 9,
      bufferId: 0,
      inPort: 1,
      actions: [{ type: 'finTimeout', finIdleTimeout: 5, finHardTimeout: 6 }],
      data: bytes(''),
    },
    '04 0d 0028 00000009  00000000 00000001 0010 000000000000  ffff 0010 00002320 0013 0005 0006 0000',
  ],
  [
    'Nicira reg_move and reg_load',
    {
      type: 'packetOut',
      xid: 10,
      bufferId: 0,
      inPort: 1,
      actions: [
        { type: 'regMove', nBits: 48, srcOfs: 0, dstOfs: 0, src: 'ethSrc', dst: 'ethDst' },
        { type: 'regLoad', bits: { ofs: 0, nBits: 16 }, dst: 'arpOp', value: 2n },
      ],
      data: bytes(''),
    },
    `04 0d 0048 0000000a  00000000 00000001 0030 000000000000
     ffff 0018 00002320 0006 0030 0000 0000 80000806 80000606
     ffff 0018 00002320 0007 000f 80002a02 0000000000000002`,
  ],
];

describe('messages by hand', () => {
  it.each(rows)('%s', (_title, value, text) => {
    expect(hex(encode(value))).toBe(hex(bytes(text)));
    expect(decode(bytes(text))).toEqual(value);
  });
});

describe('defaults', () => {
  it('fill what a flow-mod leaves out', () => {
    expect(decode(encode({ type: 'flowMod' }))).toEqual({
      type: 'flowMod',
      xid: 0,
      cookie: 0n,
      cookieMask: 0n,
      tableId: 0,
      command: 0,
      idleTimeout: 0,
      hardTimeout: 0,
      priority: 0,
      bufferId: 0xffffffff,
      outPort: 0xffffffff,
      outGroup: 0xffffffff,
      flags: 0,
      match: {},
      instructions: [],
    });
  });
});

describe('decoding', () => {
  it('copies bytes out of a Buffer, so that a message keeps no receive buffer alive', () => {
    const buffer = Buffer.from('04020009000000017f', 'hex');
    const message = decode(buffer);
    buffer.fill(0);
    expect(message).toEqual({ type: 'echoRequest', xid: 1, data: Uint8Array.of(0x7f) });
    expect(message.type === 'echoRequest' && Buffer.isBuffer(message.data)).toBe(false);
  });

  it('reads a HELLO of any version, and its header', () => {
    const frame = bytes('06 00 0008 00000001');
    expect(decode(frame)).toEqual({ type: 'hello', xid: 1, elements: [] });
    expect(headerOf(frame)).toEqual({ version: 6, code: 0, length: 8, xid: 1 });
  });

  it('keeps unknown types, actions, instructions, fields and experimenters, and writes them back', () => {
    const frame =
      bytes(`04 0e 0068 00000005 0000000000000000 0000000000000000 00 00 0000 0000 0000 ffffffff ffffffff ffffffff 0000 0000
      0001 000a 00038102 abcd 000000000000
      0004 0018 00000000 7777 0010 0102030405060708090a0b0c
      ffff 0010 00005c16 c70000000000 0000`);
    const message = decode(frame);
    expect(message).toMatchObject({
      match: { unknown: [{ class: 3, field: 64, hasMask: true, body: bytes('abcd') }] },
      instructions: [
        { type: 'applyActions', actions: [{ type: 'unknown', code: 0x7777 }] },
        { type: 'experimenter', experimenter: 0x5c16 },
      ],
    });
    expect(hex(encode(message))).toBe(hex(frame));
    const foreign = bytes('04 63 000a 00000001 abcd');
    expect(decode(foreign)).toEqual({ type: 'unknown', xid: 1, code: 0x63, body: bytes('abcd') });
    expect(hex(encode(decode(foreign)))).toBe(hex(foreign));
  });

  const refused: readonly (readonly [string, string, Partial<DecodeError>])[] = [
    [
      'another version',
      '01 0a 0008 00000001',
      { code: 'BAD_VERSION', reply: { errType: OFPET.BAD_REQUEST, code: OFPBRC.BAD_VERSION } },
    ],
    ['another length than it has', '04 14 0009 00000001', { code: 'BAD_LENGTH', offset: 2 }],
    ['bytes behind its end', '04 14 0009 00000001 00', { code: 'TRAILING', path: 'barrierRequest', offset: 8 }],
    [
      'a field twice',
      '04 0a 002a 00000000 ffffffff 0000 00 00 0000000000000000 0001 0010 80000a02 0800 80000a02 0800 0000',
      { code: 'BAD_VALUE', reply: { errType: OFPET.BAD_MATCH, code: OFPBMC.DUP_FIELD } },
    ],
    [
      'a wildcard match of OpenFlow 1.1',
      '04 0a 0022 00000000 ffffffff 0000 00 00 0000000000000000 0000 0004 00000000 0000',
      { path: 'packetIn/match', reply: { errType: OFPET.BAD_MATCH, code: OFPBMC.BAD_TYPE } },
    ],
    [
      'a mask on in_port',
      '04 0a 002a 00000000 ffffffff 0000 00 00 0000000000000000 0001 0010 80000108 00000001 ffffffff 0000',
      { code: 'BAD_VALUE', reply: { errType: OFPET.BAD_MATCH, code: OFPBMC.BAD_MASK } },
    ],
  ];
  it.each(refused)('refuses %s', (_title, text, error) => {
    expect(() => decode(bytes(text))).toThrow(DecodeError);
    try {
      decode(bytes(text));
    } catch (thrown) {
      expect(thrown).toMatchObject(error);
    }
  });

  it('says where in the message it failed', () => {
    const frame = encode({
      type: 'flowMod',
      instructions: [
        { type: 'gotoTable', tableId: 1 },
        { type: 'applyActions', actions: [{ type: 'output', port: 1 }] },
      ],
    });
    frame[frame.length - 14] = 0xff;
    frame[frame.length - 13] = 0xff;
    expect(() => decode(frame)).toThrow(
      'flowMod/instructions/1/applyActions/actions/0: a length of 65535, 16 bytes are there (byte 74)',
    );
  });

  it('refuses actions inside each other without end', () => {
    let frame = encode({ type: 'packetOut', actions: [{ type: 'output', port: 1 }] }).subarray(24, 40);
    for (let i = 0; i < 2_000; i++) {
      const head = bytes('ffff 0000 00002320 002a 000000000000');
      new DataView(head.buffer).setUint16(2, 16 + frame.length);
      frame = Uint8Array.from(Buffer.concat([head, frame]));
    }
    const head = bytes('04 0d 0000 00000001 ffffffff fffffffd 0000 000000000000');
    new DataView(head.buffer).setUint16(2, head.length + frame.length);
    new DataView(head.buffer).setUint16(16, frame.length);
    expect(() => decode(Uint8Array.from(Buffer.concat([head, frame])))).toThrow(/more than 16 levels/);
  });
});

describe('encoding refuses', () => {
  const flow = (match: unknown): MessageInput => ({ type: 'flowMod', match }) as MessageInput;
  const refused: readonly (readonly [string, unknown, string])[] = [
    ['a type that does not exist', { type: 'packetin' }, '"packetin" is no message that is known here'],
    ['a field that does not exist', flow({ nwDst: '10.0.0.1' }), 'flowMod/match: "nwDst" is no match field'],
    [
      'text that is no address',
      flow({ ipv4Dst: '10.0.0.256' }),
      'flowMod/match/ipv4Dst: "10.0.0.256" is no IPv4 address (10.0.0.1)',
    ],
    [
      'an address with leading zeros',
      flow({ ipv4Dst: '10.0.0.01' }),
      'flowMod/match/ipv4Dst: "10.0.0.01" is no IPv4 address (10.0.0.1)',
    ],
    ['a mask where there can be none', flow({ inPort: { value: 1, mask: 1 } }), 'flowMod/match/inPort: takes no mask'],
    ['a number out of range', { type: 'flowMod', priority: 65536 }, 'flowMod/priority: 65536 is not an unsigned 16-bit integer'],
    ['a number with a fraction', { type: 'flowMod', priority: 1.5 }, 'flowMod/priority: 1.5 is not an unsigned 16-bit integer'],
    ['a number where a bigint stands', { type: 'flowMod', cookie: 1 }, 'flowMod/cookie: 1 is not an unsigned 64-bit bigint'],
    ['a missing field', { type: 'portStatus', reason: 0 }, /^portStatus\/desc: needs an object with portNo/ as unknown as string],
    [
      'two fields to set',
      { type: 'packetOut', actions: [{ type: 'setField', field: { ipv4Src: '1.1.1.1', ipv4Dst: '1.1.1.1' } }] },
      'packetOut/actions/0/setField/field: needs exactly one field, has 2',
    ],
    [
      'a text that is too long',
      { type: 'portStatus', reason: 0, desc: { portNo: 1, hwAddr: '00:00:00:00:00:00', name: 'x'.repeat(17) } },
      'portStatus/desc/name: "xxxxxxxxxxxxxxxxx" has 17 bytes, 16 fit',
    ],
    ['a message over 64 KiB', { type: 'echoRequest', data: new Uint8Array(65_528) }, /16-bit/ as unknown as string],
  ];
  it.each(refused)('%s', (_title, message, text) => {
    expect(() => encode(message as MessageInput)).toThrow(EncodeError);
    expect(() => encode(message as MessageInput)).toThrow(text);
  });
});

describe('names and prerequisites', () => {
  it('are those of the specification', () => {
    expect(errorName(OFPET.BAD_REQUEST, OFPBRC.BAD_LEN)).toBe('OFPBRC_BAD_LEN');
    expect(errorName(99, 1)).toBe('error 99/1');
    expect(missingPrerequisite({ ipv4Dst: '10.0.0.1' })).toEqual({ field: 'ipv4Dst', needs: 'ethType 0x800' });
    expect(missingPrerequisite({ ethType: 0x0800, ipProto: 6, tcpDst: 80 })).toBeUndefined();
    expect(missingPrerequisite({ vlanPcp: 1 })).toEqual({ field: 'vlanPcp', needs: 'vlanVid' });
  });
});
