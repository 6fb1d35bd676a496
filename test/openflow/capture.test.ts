import { describe, expect, it } from 'vitest';
import { CaptureError, captureJson, captureLine, encode, type MessageInput, messagesIn } from '../../openflow/index.ts';
import { pcapOf } from './capture-file.ts';

const barrier = (xid: number): Uint8Array => encode({ type: 'barrierRequest', xid });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const lines = (input: Uint8Array | string): string[] => [...messagesIn(input)].map(captureLine);

describe('messages in text', () => {
  const dump = `OFPT_X:
`;
  const texts: readonly (readonly [string, string])[] = [
    ['plain hex', `${hex(barrier(1))}${hex(barrier(2))}`],
    ['hex with blanks and line ends', `04 14 0008\n00000001\n04:14:00:08 0x00000002 # a comment`],
    ['a hex dump of ovs-ofctl', '00000000  04 14 00 08 00 00 00 01-04 14 00 08 00 00 00 02 |................|\n'],
    ['a hex dump of xxd', '00000000: 0414 0008 0000 0001 0414 0008 0000 0002  ................\n'],
  ];
  it.each(texts)('are found in %s', (_title, text) => {
    expect(lines(text)).toEqual(['OFPT_BARRIER_REQUEST (OF1.3) (xid=0x1):', 'OFPT_BARRIER_REQUEST (OF1.3) (xid=0x2):']);
    expect(lines(Buffer.from(text))).toHaveLength(2);
  });

  it('are refused when the text is something else', () => {
    expect(() => [...messagesIn(dump)]).toThrow(CaptureError);
    expect(() => [...messagesIn('04140008')]).toThrow(/ends inside/);
    expect(() => [...messagesIn('0414000000000000')]).toThrow(CaptureError);
  });

  it('tell what is wrong with one that is malformed, and go on', () => {
    expect(lines('0414000900000001ff 0414000800000002')).toEqual([
      '***decode error: TRAILING barrierRequest: 1 bytes are left over (byte 8)*** (version 0x04) (xid=0x1)',
      'OFPT_BARRIER_REQUEST (OF1.3) (xid=0x2):',
    ]);
  });

  it('tell that the last is cut off', () => {
    expect(lines('0414000800000001 04140010')).toHaveLength(2);
  });
});

describe('messages in a capture', () => {
  it('are found across segments, out of order and repeated', () => {
    const stream = Uint8Array.from(Buffer.concat([barrier(1), barrier(2), barrier(3), barrier(4)]));
    const piece = (from: number, to: number) => ({ fromSwitch: false, seq: from, payload: stream.subarray(from, to) });
    const file = pcapOf([piece(0, 5), piece(12, 20), piece(5, 12), piece(5, 12), piece(2, 14), piece(20, 32)]);
    expect([...messagesIn(file)].map(({ message }) => message?.xid)).toEqual([1, 2, 3, 4]);
  });

  it('have a time and both ends, and one JSON object each', () => {
    const message: MessageInput = { type: 'flowMod', xid: 9, cookie: 5n, match: { ethType: 0x0800, ipv4Dst: '10.0.0.1' } };
    const [first, second] = [
      ...messagesIn(
        pcapOf([
          { fromSwitch: false, payload: encode(message) },
          { fromSwitch: true, payload: barrier(7) },
        ]),
      ),
    ];
    expect(captureLine(first!)).toBe(
      '2023-11-14T22:13:20.000Z 10.0.0.2:6653 > 10.0.0.1:40000 OFPT_FLOW_MOD (OF1.3) (xid=0x9): ADD priority=0,ip,nw_dst=10.0.0.1 cookie:0x5 actions=drop',
    );
    expect(JSON.parse(captureJson(first!))).toMatchObject({
      from: '10.0.0.2:6653',
      type: 'flowMod',
      cookie: '5',
      match: { ipv4Dst: '10.0.0.1' },
    });
    expect(second!.from).toBe('10.0.0.1:40000');
  });

  it('are of the port that is asked for', () => {
    expect([...messagesIn(pcapOf([{ fromSwitch: true, payload: barrier(1) }]), [7777])]).toEqual([]);
  });

  it('end where a direction makes no sense any more', () => {
    const found = [
      ...messagesIn(
        pcapOf([
          { fromSwitch: true, payload: barrier(1) },
          { fromSwitch: true, payload: new Uint8Array(20) },
          { fromSwitch: false, payload: barrier(2) },
        ]),
      ),
    ];
    expect(found.map(({ message, error }) => message?.xid ?? error?.code)).toEqual([1, 'BAD_LENGTH', 2]);
  });
});
