import fc, { type Arbitrary } from 'fast-check';
import { encode } from '../../openflow/index.ts';
import { action } from '../../openflow/protocol/action.ts';
import { FIELDS, type Field } from '../../openflow/protocol/fields.ts';
import { MESSAGE_VENDORS, MESSAGES } from '../../openflow/protocol/messages.ts';
import { macText } from '../../openflow/wire/addresses.ts';
import type { AnyCodec, Member, Shape } from '../../openflow/wire/codec.ts';
import { ipv6Text } from '../../openflow/wire/ipv6.ts';
import { Dispatch } from '../../openflow/wire/union.ts';

const bytesOf = (length: number): Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const uint = (max: number): Arbitrary<number> => fc.integer({ min: 0, max });
const mac = bytesOf(6).map(b => macText(b));
const ipv4 = bytesOf(4).map(b => b.join('.'));
const ipv6 = fc
  .oneof(bytesOf(16), fc.constantFrom(new Uint8Array(16), Uint8Array.from([0x20, 1, 13, 0xb8, ...new Array(11).fill(0), 1])))
  .map(b => ipv6Text(b));

function text(length: number): Arbitrary<string> {
  return fc.string({ unit: 'grapheme', maxLength: length }).map(given => {
    let kept = given.replaceAll('\0', '').replace(/[\ud800-\udfff]/gu, '');
    while (new TextEncoder().encode(kept).length > length) kept = [...kept].slice(0, -1).join('');
    return kept;
  });
}

/** All values a layout can have. `before` is how many bytes of an element that is aligned inside stand before it. */
export function valuesOf(codec: AnyCodec, align = 1, before = 0): Arbitrary<unknown> {
  const { shape } = codec;
  switch (shape.kind) {
    case 'uint':
      return uint(shape.max);
    case 'bigint':
      return fc.bigInt({ min: 0n, max: 2n ** BigInt(8 * shape.bytes) - 1n });
    case 'mac':
      return mac;
    case 'ipv4':
      return ipv4;
    case 'ipv6':
      return ipv6;
    case 'text':
      return text(shape.length);
    case 'bytes':
      if (shape.length !== undefined) return bytesOf(shape.length);
      return uint(align === 1 ? 40 : 4).chain(n => bytesOf(align === 1 ? n : n * align + (-before & (align - 1))));
    case 'pad':
    case 'length':
      return fc.constant(undefined);
    case 'struct':
      return structValues(shape.fields, align, before);
    case 'list':
      return fc.array(valuesOf(shape.item), { maxLength: 4 });
    case 'times':
      return fc.array(valuesOf(shape.item), { minLength: shape.count, maxLength: shape.count });
    case 'inside':
      return valuesOf(shape.of, align, before);
    case 'union':
      return fc.oneof(...shape.members.map(member => memberValues(member, shape)));
    case 'named':
      return named(shape.name);
  }
}

function structValues(fields: Readonly<Record<string, AnyCodec>>, align: number, before: number): Arbitrary<unknown> {
  const entries: Record<string, Arbitrary<unknown>> = {};
  let at = before;
  for (const [name, codec] of Object.entries(fields)) {
    if (!name.startsWith('_')) entries[name] = valuesOf(codec, align, at);
    at += codec.size ?? 0;
  }
  return fc.record(entries);
}

/** The values of one member of a union, with its `type` (or `kind`, and flags). */
export function memberValues(member: Member, union: Extract<Shape, { kind: 'union' }>): Arbitrary<unknown> {
  const head = 4 + (member.subtype === undefined ? 0 : 6);
  const extra = union.key === 'kind' ? { flags: uint(1) } : {};
  return fc
    .tuple(valuesOf(member.codec, union.align, head), fc.record(extra))
    .map(([value, more]) => ({ [union.key]: member.name, ...more, ...(value as object) }));
}

/** A value of a match field, masked where it may be. */
export function fieldValues(field: Field): Arbitrary<unknown> {
  const plain = valuesOf(field.codec as AnyCodec);
  return field.mask ? fc.oneof(plain, fc.record({ value: plain, mask: plain })) : plain;
}

const unknownOxm = fc.record({
  class: fc.constantFrom(3, 0x7abc),
  field: uint(127),
  hasMask: fc.boolean(),
  body: uint(20).chain(bytesOf),
});
const match = fc
  .tuple(fc.uniqueArray(uint(FIELDS.length - 1), { maxLength: 8 }), fc.array(unknownOxm, { maxLength: 2 }))
  .chain(([picked, unknown]) =>
    fc.record({
      ...Object.fromEntries(picked.map(i => [FIELDS[i]!.name, fieldValues(FIELDS[i]!)])),
      ...(unknown.length > 0 ? { unknown: fc.constant(unknown) } : {}),
    }),
  );
const oneField = fc.oneof(
  uint(FIELDS.length - 1).chain(i => fieldValues(FIELDS[i]!).map(value => ({ [FIELDS[i]!.name]: value }))),
  unknownOxm.map(oxm => ({ unknown: [oxm] })),
);
const rawHeader = fc.record({ class: fc.constantFrom(3, 0x7abc), field: uint(127), hasMask: fc.boolean(), length: uint(255) });
const fieldRef = fc.oneof(fc.constantFrom(...FIELDS.map(field => field.name)), rawHeader);
/** A field whose header has 4 bytes, where the layout has room for no more. */
const shortRef = fc.oneof(
  fc.constantFrom(...FIELDS.filter(field => field.experimenter === undefined).map(field => field.name)),
  rawHeader,
);
const bits = fc.record({ ofs: uint(1023), nBits: fc.integer({ min: 1, max: 64 }) });
const learnField = fc.record({ field: fieldRef, ofs: uint(0xffff) });
const learnSpec = fc
  .tuple(
    fc.constantFrom('match', 'load', 'output'),
    fc.integer({ min: 1, max: 130 }),
    fc.boolean(),
    learnField,
    learnField,
    fc.bigInt({ min: 0n, max: 2n ** 16n - 1n }),
  )
  .map(([type, nBits, constant, from, to, value]) => ({
    type,
    nBits,
    from: constant ? value : from,
    ...(type === 'output' ? {} : { to }),
  }));
const learnHead = {
  idleTimeout: uint(0xffff),
  hardTimeout: uint(0xffff),
  priority: uint(0xffff),
  cookie: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  tableId: uint(255),
  finIdleTimeout: uint(0xffff),
  finHardTimeout: uint(0xffff),
  limit: uint(0xffffffff),
  resultDstOfs: uint(0xffff),
  specs: fc.array(learnSpec, { maxLength: 4 }),
};

const NAMED: Readonly<Record<string, Arbitrary<unknown>>> = {
  match,
  oneField,
  fieldRef,
  shortRef,
  bits,
  fieldSupport: fc.oneof(
    fc.record({ field: fc.constantFrom(...FIELDS.map(field => field.name)), maskable: fc.boolean() }),
    rawHeader,
  ),
  learnSpecs: fc.array(learnSpec, { maxLength: 4 }),
  learn2: fc.oneof(
    fc.record({ ...learnHead, flags: fc.constantFrom(0, 1, 2, 3) }),
    fc.record({ ...learnHead, flags: fc.constantFrom(4, 5), resultDst: fieldRef }),
  ),
  ctZone: fc.oneof(uint(0xffff), fc.record({ field: shortRef, ofs: uint(1023), nBits: fc.integer({ min: 1, max: 64 }) })),
  nat: fc.record(
    {
      flags: uint(31),
      ipv4Min: ipv4,
      ipv4Max: ipv4,
      ipv6Min: ipv6,
      ipv6Max: ipv6,
      protoMin: uint(0xffff),
      protoMax: uint(0xffff),
    },
    { requiredKeys: ['flags'] },
  ),
  bundle: fc.record({
    algorithm: uint(0xffff),
    fields: uint(0xffff),
    basis: uint(0xffff),
    slaveType: fc.constant('nxmInPort'),
    bits,
    dst: shortRef,
    slaves: fc.array(uint(0xffff), { maxLength: 5 }),
  }),
  id: fc.oneof(
    fc.constantFrom('experimenter'),
    fc.record({ code: fc.integer({ min: 100, max: 0xfffe }), body: uint(8).chain(bytesOf) }),
  ),
  embedded: uint(20).map(n => encode({ type: 'echoRequest', xid: 7, data: new Uint8Array(n) })),
  action: fc.oneof(
    fc.record({ type: fc.constant('output'), port: uint(0xffffffff), maxLen: uint(0xffff) }),
    fc.record({ type: fc.constant('clone'), actions: fc.array(fc.record({ type: fc.constant('decNwTtl') }), { maxLength: 2 }) }),
  ),
};

function named(name: string): Arbitrary<unknown> {
  const arbitrary = NAMED[name];
  if (arbitrary === undefined) throw new TypeError(`no values are known for ${name}`);
  return arbitrary;
}

/** Every message type: its name, and all its values. */
export const MESSAGE_VALUES: readonly (readonly [name: string, values: Arbitrary<unknown>])[] = new Dispatch(
  MESSAGES,
  MESSAGE_VENDORS,
).members.map(member => {
  const body = valuesOf(member.codec);
  return [
    member.name,
    fc.tuple(body, uint(0xffffffff)).map(([value, xid]) => ({ type: member.name, xid, ...(value as object) })),
  ];
});

/** Any message. */
export const anyMessage = fc.oneof(...MESSAGE_VALUES.map(([, values]) => values));
export { action };
