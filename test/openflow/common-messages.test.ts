import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, EncodeError, encode, encodeInto, type MessageInput, Reader, Writer } from '../../openflow/index.ts';
import { flowMod } from '../../openflow/protocol/flows.ts';
import { packetIn } from '../../openflow/protocol/packets.ts';
import { anyMessage, MESSAGE_VALUES } from './arbitrary.ts';

const valuesOf = (type: string) => MESSAGE_VALUES.find(([name]) => name === type)![1];

/** Reads a body by its table, as `decode` does for messages that are not common. */
function packetInByTable(frame: Uint8Array): unknown {
  const r = new Reader(frame, 8);
  const xid = new Reader(frame, 4).u32();
  return { type: 'packetIn', xid, ...packetIn.read(r) };
}

function flowModByTable(message: Parameters<typeof flowMod.write>[1]): Uint8Array {
  const w = new Writer();
  flowMod.write(w, message);
  return w.finish();
}

describe('the common packet-in and the flow-mod, which do not walk their table', () => {
  it('are read as the table reads them', () => {
    const common = fc
      .tuple(valuesOf('packetIn'), fc.integer({ min: 0, max: 0xffffffff }))
      .map(([message, inPort]) => ({ ...(message as object), match: { inPort } }));
    fc.assert(
      fc.property(common, message => {
        const frame = encode(message as MessageInput);
        expect(decode(frame)).toEqual(packetInByTable(frame));
        expect(decode(frame)).toEqual(message);
      }),
      { numRuns: 300 },
    );
  });

  it('are written as the table writes them', () => {
    fc.assert(
      fc.property(valuesOf('flowMod'), message => {
        expect(encode(message as MessageInput).slice(8)).toEqual(flowModByTable(message as Parameters<typeof flowMod.write>[1]));
      }),
      { numRuns: 500 },
    );
  });

  const wrong = [
    [{ priority: 1.5 }, /flowMod\/priority/],
    [{ tableId: 256 }, /flowMod\/tableId/],
    [{ cookie: 2n ** 64n }, /flowMod\/cookie/],
    [{ cookie: -1n }, /flowMod\/cookie/],
    [{ match: { inPort: -1 } }, /flowMod\/match\/inPort/],
    [{ match: null }, /flowMod\/match/],
    [{ instructions: 5 }, /flowMod\/instructions/],
    [{ instructions: [{ type: 'gotoTable', tableId: 300 }] }, /flowMod\/instructions\/0\/gotoTable\/tableId/],
    [{ instructions: [null] }, /flowMod\/instructions\/0/],
    [
      { instructions: [{ type: 'applyActions', actions: [{ type: 'output', port: 1, maxLen: 70_000 }] }] },
      /actions\/0\/output\/maxLen/,
    ],
    [
      { instructions: [{ type: 'applyActions', actions: [{ type: 'setField', field: {} }] }] },
      /actions\/0\/setField\/field: needs exactly one field/,
    ],
  ] as const;
  it.each(wrong.map(([fields, where]) => [String(where), fields, where] as const))(
    'refuse a flow-mod at %s, as the table does',
    (_title, fields, where) => {
      const message = { type: 'flowMod', ...fields } as unknown as MessageInput;
      expect(() => encode(message)).toThrow(EncodeError);
      expect(() => encode(message)).toThrow(where);
    },
  );
});

describe('a message', () => {
  it('has the same bytes wherever it is written', () => {
    fc.assert(
      fc.property(anyMessage, fc.integer({ min: 0, max: 15 }), (message, before) => {
        const w = new Writer();
        w.zeros(before);
        encodeInto(w, message as MessageInput);
        expect(w.finish().slice(before)).toEqual(encode(message as MessageInput));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps its bytes when others are encoded after it', () => {
    const first = encode({ type: 'echoRequest', xid: 1, data: Uint8Array.of(1, 2, 3) });
    const kept = Uint8Array.from(first);
    for (let i = 0; i < 1_000; i++) encode({ type: 'echoRequest', xid: i, data: new Uint8Array(i % 300).fill(255) });
    expect(first).toEqual(kept);
  });
});
