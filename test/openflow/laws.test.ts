import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError, decode, encode, type MessageInput, Reader, Writer } from '../../openflow/index.ts';
import { action, CONTROLLER2_PROPERTIES } from '../../openflow/protocol/action.ts';
import { FIELDS } from '../../openflow/protocol/fields.ts';
import { flowUpdate } from '../../openflow/protocol/flow-monitor.ts';
import { helloElement } from '../../openflow/protocol/hello.ts';
import { instruction } from '../../openflow/protocol/instructions.ts';
import { match } from '../../openflow/protocol/match.ts';
import { meterBand } from '../../openflow/protocol/meters.ts';
import { multipartReply, multipartRequest } from '../../openflow/protocol/multiparts.ts';
import { port, portStats } from '../../openflow/protocol/ports.ts';
import { queueProperty, queueStats } from '../../openflow/protocol/queues.ts';
import { featuresReply } from '../../openflow/protocol/switch.ts';
import { tableFeatureProperty } from '../../openflow/protocol/tables.ts';
import type { AnyCodec, Codec, Member, Shape } from '../../openflow/wire/codec.ts';
import { tlv } from '../../openflow/wire/union.ts';
import { fieldValues, MESSAGE_VALUES, memberValues } from './arbitrary.ts';

const RUNS = 60;

const bytesOf = (codec: AnyCodec, value: unknown): Uint8Array => {
  const w = new Writer();
  (codec as Codec<unknown>).write(w, value);
  return w.finish();
};

const controller2Property = tlv(CONTROLLER2_PROPERTIES, { padding: 'outside', badLength: { errType: 2, code: 1 } });
const unions: Readonly<Record<string, AnyCodec>> = {
  action,
  instruction,
  helloElement,
  meterBand,
  queueProperty,
  tableFeatureProperty,
  multipartRequest,
  multipartReply,
  flowUpdate,
  controller2Property,
};
const members = Object.entries(unions).flatMap(([name, codec]) => {
  const union = codec.shape as Extract<Shape, { kind: 'union' }>;
  return union.members.map(member => [`${name} ${member.name}`, codec, member, union] as const);
});

describe('every entry of every table', () => {
  it.each(members)('%s is read back as it was written', (_title, codec, member: Member, union) => {
    fc.assert(
      fc.property(memberValues(member, union), value => {
        const r = new Reader(bytesOf(codec, value));
        expect(codec.read(r)).toEqual(value);
        expect(r.left).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  it.each(MESSAGE_VALUES)('message %s is read back as it was written', (_title, values) => {
    fc.assert(
      fc.property(values, message => {
        const bytes = encode(message as MessageInput);
        expect(decode(bytes)).toEqual(message);
        expect(encode(decode(bytes))).toEqual(bytes);
      }),
      { numRuns: RUNS },
    );
  });

  it.each(FIELDS.map(field => [field.name, field] as const))('match field %s is read back as it was written', (name, field) => {
    fc.assert(
      fc.property(fieldValues(field), value => {
        const r = new Reader(bytesOf(match as AnyCodec, { [name]: value }));
        expect(match.read(r)).toEqual({ [name]: value });
        expect(r.left).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it.each(MESSAGE_VALUES)('message %s cut at any byte is a value or a DecodeError', (_title, values) => {
    fc.assert(
      fc.property(values, message => {
        const whole = encode(message as MessageInput);
        const most = Math.min(whole.length, 400);
        for (let length = 0; length < most; length++) {
          const cut = whole.slice(0, length);
          if (length >= 4) new DataView(cut.buffer).setUint16(2, length);
          try {
            decode(cut);
          } catch (error) {
            if (!(error instanceof DecodeError)) throw error;
            expect(error.offset).toBeLessThanOrEqual(length);
            expect(error.reply).toBeDefined();
          }
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe('equal matches', () => {
  it('give equal bytes whatever the order of their keys', () => {
    const one = bytesOf(match as AnyCodec, { tcpDst: 80, ipProto: 6, ethType: 0x0800, inPort: 1, tcpFlags: 2 });
    const other = bytesOf(match as AnyCodec, { tcpFlags: 2, inPort: 1, ethType: 0x0800, ipProto: 6, tcpDst: 80 });
    expect(one).toEqual(other);
  });
});

describe('structs of fixed size', () => {
  const fixed = { port, portStats, queueStats, featuresReply };
  it.each(Object.entries(fixed))('%s reads the same compiled and field by field', (_name, codec) => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: codec.size!, maxLength: codec.size! }), bytes => {
        const target = {};
        codec.fill(new Reader(bytes), target);
        expect(codec.read(new Reader(bytes))).toEqual(target);
      }),
      { numRuns: 200 },
    );
  });
});
