import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EncodeError, encode, encodeInto, type MessageInput, Writer } from '../../openflow/index.ts';
import { FIELDS } from '../../openflow/protocol/fields.ts';
import { flowMod } from '../../openflow/protocol/flows.ts';
import { fieldValues } from './arbitrary.ts';

/** What becomes of a value: its bytes, or the error with its path. */
function outcome(write: () => Uint8Array): unknown {
  try {
    return write();
  } catch (error) {
    return error instanceof EncodeError ? error.message : (error as Error).name;
  }
}

const byMessage = (message: object) => outcome(() => encode({ type: 'flowMod', ...message } as MessageInput).slice(8));

function byTable(message: object): unknown {
  const found = outcome(() => {
    const w = new Writer();
    flowMod.write(w, message as Parameters<typeof flowMod.write>[1]);
    return w.finish();
  });
  return typeof found === 'string' && found.includes(':') ? `flowMod/${found}` : found;
}

/** The fields that are written without their table, and some that are not. */
const USUAL = 'inPort ethDst ethSrc ethType vlanVid ipProto ipv4Src ipv4Dst tcpSrc tcpDst udpSrc udpDst arpOp arpSpa arpTpa';
const OTHERS = 'metadata vlanPcp icmpv4Type ipv6Src nxmReg0';
const NAMES = `${USUAL} ${OTHERS}`.split(' ');

const odd = fc.constantFrom<unknown>(
  ...[undefined, null, true, {}, [], 5n, -1, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 0xff, 0x100, 0xffff, 0x10000],
  ...[0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, '', '1', '10.0.0.1', '255.255.255.255', '0.0.0.0', '10.0.0.256'],
  ...['10.0.0', '10.0.0.', '.10.0.0.1', '10..0.1', '10.0.0.1.2', '10.0.0.1 ', '01.2.3.4', '1.2.3.00', '1.2.3.1111', '1.2.3.x'],
  ...['1.2.3.4\u0000', '\u01311.2.3.4', '02:00:00:00:00:1f', '02:00:00:00:00:1F', '02-00-00-00-00-01', '02:00:00:00:00:0g'],
  ...['2:0:0:0:0:1', '02:00:00:00:00:1\u0130', '\u0130\u0132:00:00:00:00:01', '02:00:00:00:00:01:', '02:00:00:00:00\u013a01'],
  ...[{ value: '10.0.0.0', mask: '255.0.0.0' }, { value: 1, mask: 1 }, { value: 1 }, new Date(7)],
);
const name = fc.oneof(
  { arbitrary: fc.constantFrom(...NAMES), weight: 20 },
  { arbitrary: fc.constantFrom('noField', 'unknown', 'toString', '0', ''), weight: 1 },
);

function entry(chosen: string): Arbitrary<readonly [string, unknown]> {
  const field = FIELDS.find(known => known.name === chosen);
  if (field === undefined) return odd.map(value => [chosen, value] as const);
  return fc
    .oneof({ arbitrary: fieldValues(field), weight: 12 }, { arbitrary: odd, weight: 1 })
    .map(value => [chosen, value] as const);
}

/** Objects with fields in any order, some of them in OXM order, and with some keys of the prototype. */
function objectOf(names: Arbitrary<string[]>): Arbitrary<object> {
  return fc.tuple(names, fc.boolean(), fc.constantFrom(0, 0, 0, 0, 1, 2)).chain(([given, sorted, inherited]) => {
    const order = sorted ? [...given].sort((a, b) => NAMES.indexOf(a) - NAMES.indexOf(b)) : given;
    return fc.tuple(...order.map(entry)).map(entries => {
      const parent = inherited === 0 ? Object.prototype : Object.fromEntries(entries.slice(0, inherited));
      return Object.assign(Object.create(parent), Object.fromEntries(inherited === 0 ? entries : entries.slice(inherited)));
    });
  });
}

const match = objectOf(fc.uniqueArray(name, { maxLength: 7 }));
const setField = objectOf(
  fc.oneof({ arbitrary: name.map(one => [one]), weight: 8 }, { arbitrary: fc.uniqueArray(name, { maxLength: 3 }), weight: 1 }),
);
const mostly = (good: Arbitrary<unknown>): Arbitrary<unknown> =>
  fc.oneof({ arbitrary: good, weight: 40 }, { arbitrary: fc.constant(undefined), weight: 5 }, { arbitrary: odd, weight: 1 });
const uint = (max: number) => mostly(fc.integer({ min: 0, max }));

const action = fc.oneof(
  { arbitrary: setField.map(field => ({ type: 'setField', field })), weight: 6 },
  {
    arbitrary: fc.record(
      { type: fc.constant('output'), port: uint(0xffffffff), maxLen: uint(0xffff) },
      { requiredKeys: ['type'] },
    ),
    weight: 3,
  },
  { arbitrary: fc.constant({ type: 'decNwTtl' }), weight: 2 },
  { arbitrary: fc.oneof(fc.constantFrom({ type: 'noAction' }, { type: 'setField' }, {}), odd), weight: 1 },
);
const actions = mostly(fc.array(action, { maxLength: 4 }));
const instruction = fc.oneof(
  { arbitrary: fc.record({ type: fc.constantFrom('applyActions', 'writeActions'), actions }), weight: 8 },
  { arbitrary: fc.record({ type: fc.constant('gotoTable'), tableId: uint(0xff) }), weight: 3 },
  { arbitrary: fc.constantFrom({ type: 'clearActions' }, { type: 'meter', meterId: 3 }), weight: 1 },
  { arbitrary: odd, weight: 1 },
);
const u64 = mostly(
  fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constantFrom(0n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n),
    fc.constantFrom(-1n, 2n ** 64n, 2n ** 70n),
  ),
);
const message = fc.record(
  {
    cookie: u64,
    cookieMask: u64,
    tableId: uint(0xff),
    command: uint(4),
    idleTimeout: uint(0xffff),
    hardTimeout: uint(0xffff),
    priority: uint(0xffff),
    bufferId: uint(0xffffffff),
    outPort: uint(0xffffffff),
    outGroup: uint(0xffffffff),
    flags: uint(0xffff),
    match: mostly(match),
    instructions: mostly(fc.array(instruction, { maxLength: 3 })),
  },
  { requiredKeys: [] },
);

describe('a flow-mod of usual fields, right and wrong', () => {
  it('has the bytes or the error that its table gives', () => {
    let written = 0;
    fc.assert(
      fc.property(message, value => {
        const found = byMessage(value);
        expect(found).toEqual(byTable(value));
        if (found instanceof Uint8Array) written++;
      }),
      { numRuns: 4_000 },
    );
    expect(written).toBeGreaterThan(400);
  });

  it('has a match and a set-field as their tables write them', () => {
    let written = 0;
    const small = fc.record({
      match,
      instructions: fc.tuple(fc.record({ type: fc.constant('applyActions'), actions: fc.tuple(action) })),
    });
    fc.assert(
      fc.property(small, value => {
        const found = byMessage(value);
        expect(found).toEqual(byTable(value));
        if (found instanceof Uint8Array) written++;
      }),
      { numRuns: 4_000 },
    );
    expect(written).toBeGreaterThan(400);
  });

  it('counts a field without a name', () => {
    const actions = [{ type: 'setField', field: { '': undefined, inPort: 0 } }];
    const value = { match: {}, instructions: [{ type: 'applyActions', actions }] };
    expect(byMessage(value)).toEqual(byTable(value));
    expect(byMessage(value)).toBe('flowMod/instructions/0/applyActions/actions/0/setField/field: needs exactly one field, has 2');
  });

  it.each(NAMES)('has %s as its table writes it, in a match and in a set-field', field => {
    const one = objectOf(fc.constant([field]));
    fc.assert(
      fc.property(one, one, (matched, set) => {
        const value = {
          match: matched,
          instructions: [{ type: 'writeActions', actions: [{ type: 'setField', field: set }] }],
        };
        expect(byMessage(value)).toEqual(byTable(value));
      }),
      { numRuns: 150 },
    );
  });

  it('leaves no byte of what was written in its place before', () => {
    const value = {
      match: { inPort: 1 },
      instructions: [{ type: 'applyActions', actions: [{ type: 'setField', field: { ipProto: 6 } }] }],
    } as const;
    const w = new Writer();
    w.put(new Uint8Array(200).fill(0xee));
    w.reset();
    encodeInto(w, { type: 'flowMod', ...value });
    expect(w.finish().slice(8)).toEqual(byTable(value));
  });
});
