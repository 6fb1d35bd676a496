import { readFileSync } from 'node:fs';
import { LIMITS } from '../openflow/connection/limits.ts';
import { action, CONTROLLER2_PROPERTIES } from '../openflow/protocol/action.ts';
import { ERRORS, OFPET } from '../openflow/protocol/errors.ts';
import { FIELDS, type Field } from '../openflow/protocol/fields.ts';
import { FLOW_UPDATES } from '../openflow/protocol/flow-monitor.ts';
import { HELLO_ELEMENTS } from '../openflow/protocol/hello.ts';
import { instruction } from '../openflow/protocol/instructions.ts';
import { MESSAGE_VENDORS, MESSAGES } from '../openflow/protocol/messages.ts';
import { METER_BANDS } from '../openflow/protocol/meters.ts';
import { multipartReply, multipartRequest } from '../openflow/protocol/multiparts.ts';
import {
  ASYNC_PROPERTIES,
  CT_FLUSH_PROPERTIES,
  CT_TUPLE_PROPERTIES,
  PACKET_IN2_PROPERTIES,
} from '../openflow/protocol/nicira-messages.ts';
import { NICIRA, ONF } from '../openflow/protocol/nxm.ts';
import { QUEUE_PROPERTIES } from '../openflow/protocol/queues.ts';
import { TABLE_FEATURE_PROPERTIES } from '../openflow/protocol/tables.ts';
import { SERVER_LIMITS } from '../openflow/server.ts';
import type { AnyCodec, Member } from '../openflow/wire/codec.ts';
import { Dispatch, type Entries } from '../openflow/wire/union.ts';
import { generated } from './generated.ts';

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [
    row(head),
    row(head.map(name => (name === 'code' || name === 'number' || name === 'value' ? '--:' : '---'))),
    ...rows.map(row),
  ].join('\n');
}
const hex = (value: number): string => `0x${value.toString(16)}`;

/** What a layout holds, in a few words. */
function typeText(codec: AnyCodec): string {
  const { shape } = codec;
  switch (shape.kind) {
    case 'uint':
      return shape.max === 2 ** (8 * shape.bytes) - 1 ? `u${8 * shape.bytes}` : `u${8 * shape.bytes} to ${shape.max}`;
    case 'bigint':
      return `u${8 * shape.bytes}`;
    case 'text':
      return `text of ${shape.length}`;
    case 'bytes':
      return shape.length === undefined ? 'bytes' : `${shape.length} bytes`;
    case 'list':
      return `list of ${typeText(shape.item)}`;
    case 'times':
      return `${shape.count} of ${typeText(shape.item)}`;
    case 'inside':
      return typeText(shape.of);
    case 'struct':
      return `(${fieldsText(codec)})`;
    case 'union':
      return shape.members.length > 4 ? unionName(shape.members) : shape.members.map(member => member.name).join(' or ');
    case 'named':
      return shape.name;
    default:
      return shape.kind;
  }
}

function unionName(members: readonly Member[]): string {
  const named: Readonly<Record<string, string>> = {
    output: 'action',
    gotoTable: 'instruction',
    instructions: 'table feature property',
  };
  return named[members[0]!.name] ?? 'property';
}

function optional(codec: AnyCodec): boolean {
  return codec.shape.kind === 'inside' && (codec.shape.fallback !== undefined || optional(codec.shape.of));
}

/** The fields of a struct; those with a `?` have a default. */
function fieldsText(codec: AnyCodec): string {
  if (codec.shape.kind === 'inside') return fieldsText(codec.shape.of);
  if (codec.shape.kind !== 'struct') return typeText(codec);
  return Object.entries(codec.shape.fields)
    .filter(([name]) => !name.startsWith('_'))
    .map(([name, field]) => `\`${name}${optional(field) ? '?' : ''}\` ${typeText(field)}`)
    .join(', ');
}

function memberRows(members: readonly Member[]): (string | number)[][] {
  return members.map(({ name, code, subtype, codec, clause }) => [
    subtype ?? code,
    `\`${name}\``,
    fieldsText(codec),
    clause ?? 'Open vSwitch',
  ]);
}

const HEAD = ['code', 'type', 'fields', 'clause'];
const entries = (given: Entries): string => table(HEAD, memberRows(new Dispatch(given).members));
const membersOf = (codec: AnyCodec): readonly Member[] => (codec.shape.kind === 'union' ? codec.shape.members : []);
const vendor = (codec: AnyCodec, experimenter: number | undefined): string =>
  table(HEAD, memberRows(membersOf(codec).filter(member => member.experimenter === experimenter)));

function messageRows(): (string | number)[][] {
  return Object.entries(MESSAGES).map(([name, entry]) => {
    const [code, codec, clause, from] = entry as readonly [number, AnyCodec, string, string?];
    return [
      code,
      `\`${name}\``,
      from ?? 'both',
      name.startsWith('multipart') ? '`kind`, `flags?`, `body`' : fieldsText(codec),
      clause,
    ];
  });
}

function multipartRows(): (string | number)[][] {
  const replies = membersOf(multipartReply);
  return membersOf(multipartRequest).map((request, i) => {
    const [asked, answered] = [bodyOf(request), bodyOf(replies[i]!)];
    return [
      request.subtype ?? request.code,
      `\`${request.name}\``,
      fieldsText(asked) || '-',
      fieldsText(answered),
      request.clause ?? '',
    ];
  });
}

function bodyOf({ codec }: Member): AnyCodec {
  return codec.shape.kind === 'struct' ? codec.shape.fields.body! : codec;
}

function fieldRows(fields: readonly Field[]): (string | number)[][] {
  return fields.map(field => {
    const needs = Object.entries(field.needs).map(([name, values]) =>
      values === 'present' ? name : `${name} ${values.map(hex).join(' or ')}`,
    );
    return [field.id, `\`${field.name}\``, typeText(field.codec as AnyCodec), field.mask ? 'yes' : 'no', needs.join(', ') || '-'];
  });
}

const FIELD_HEAD = ['number', 'field', 'value', 'mask', 'needs'];
const classOf = (oxmClass: number): string => table(FIELD_HEAD, fieldRows(FIELDS.filter(field => field.class === oxmClass)));

/** The comment above a member of a constant, so that the sentence stands once, in the code. */
function meanings(path: string): (member: string) => string {
  const source = readFileSync(new URL(path, import.meta.url), 'utf8');
  return member => new RegExp(`/\\*\\* ([^*]+?) \\*/\\n\\s+${member}:`).exec(source)?.[1] ?? '';
}

function limitRows(limits: Readonly<Record<string, number>>, path: string): (string | number)[][] {
  const meaning = meanings(path);
  return Object.entries(limits).map(([name, value]) => [`\`${name}\``, value.toLocaleString('en'), meaning(name)]);
}

function decodeCodes(): (string | number)[][] {
  const source = readFileSync(new URL('../openflow/wire/errors.ts', import.meta.url), 'utf8');
  return [...source.matchAll(/\| '([A-Z_]+)';? \/\/ (.+)/g)].map(([, code, meaning]) => [`\`${code}\``, meaning!]);
}

function closeCodes(): (string | number)[][] {
  const source = readFileSync(new URL('../openflow/connection/reasons.ts', import.meta.url), 'utf8');
  return [...source.matchAll(/\| '([a-z]+)';? \/\/ (.+)/g)].map(([, code, meaning]) => [`\`${code}\``, meaning!]);
}

const errorRows = Object.entries(ERRORS).map(([type, [prefix, codes]]) => [
  OFPET[type as keyof typeof ERRORS],
  `\`OFPET.${type}\``,
  Object.entries(codes)
    .map(([name, code]) => `${code} \`${prefix}.${name}\``)
    .join(', '),
]);

generated(
  'openflow.md',
  `# The OpenFlow library

Generated from the tables in \`openflow/protocol/\` by \`npm run docs\`. The library encodes and decodes exactly what is listed here.

\`\`\`ts
import { connect, decode, describe, encode, listen, OFPP, opened } from 'vipflow/openflow';

const bytes = encode({ type: 'flowMod', priority: 10, match: { ethType: 0x0800, ipv4Dst: '10.0.0.1' },
  instructions: [{ type: 'applyActions', actions: [{ type: 'output', port: 2 }] }] });
console.log(describe(decode(bytes)));

const server = await listen({ port: 6653 });
server.on('connection', async connection => {
  await opened(connection);
  const features = await connection.request({ type: 'featuresRequest' });
  const flows = await connection.request({ type: 'multipartRequest', kind: 'flow' }); // all parts together
  connection.on('message', message => {
    if (message.type === 'packetIn') connection.send({ type: 'packetOut', inPort: message.match.inPort, data: message.data,
      actions: [{ type: 'output', port: OFPP.FLOOD }] });
  });
});
\`\`\`

Messages are plain data, distinguished by \`type\`. 64-bit numbers are bigints, other numbers are numbers, addresses are text. Fields with a \`?\` have a
default when encoding. Unknown types, codes, fields and experimenters are kept as bytes and written back. Fields of a match are encoded in the order of
their numbers, so equal matches encode to equal bytes.

## Messages

${table(['code', 'type', 'sent by', 'fields', 'clause'], messageRows())}

### ONF extensions (experimenter ${hex(ONF)})

${entries(MESSAGE_VENDORS[0].entries)}

### Open vSwitch extensions (experimenter ${hex(NICIRA)})

${entries(MESSAGE_VENDORS[1].entries)}

## Multipart kinds

\`flowMonitor\` is an ONF extension; its code is the experimenter type.

${table(['code', 'kind', 'request', 'reply', 'clause'], multipartRows())}

## Instructions

${vendor(instruction, undefined)}

## Actions

${vendor(action, undefined)}

### Open vSwitch extensions (experimenter ${hex(NICIRA)})

${vendor(action, NICIRA)}

## Match fields

A field that accepts a mask is a value, or \`{ value, mask }\`. \`missingPrerequisite(match)\` returns the first field whose prerequisites are not in the match.

${classOf(0x8000)}

### Packet registers of OpenFlow 1.5 (class 0x8001)

${classOf(0x8001)}

### ONF fields (class 0xffff, experimenter ${hex(ONF)})

${classOf(0xffff)}

### Open vSwitch fields (class 0x0000)

${classOf(0)}

### Open vSwitch fields (class 0x0001)

${classOf(1)}

## Elements and properties

### Hello elements

${entries(HELLO_ELEMENTS)}

### Meter bands

${entries(METER_BANDS)}

### Queue properties

${entries(QUEUE_PROPERTIES)}

### Table feature properties

${entries(TABLE_FEATURE_PROPERTIES)}

### Flow updates

${entries(FLOW_UPDATES)}

### Properties of \`controller2\`

${entries(CONTROLLER2_PROPERTIES)}

### Properties of \`packetIn2\` and \`resume\`

${entries(PACKET_IN2_PROPERTIES)}

### Properties of \`setAsyncConfig2\`

${entries(ASYNC_PROPERTIES)}

### Properties of \`ctFlush\`, and of its tuples

${entries(CT_FLUSH_PROPERTIES)}

${entries(CT_TUPLE_PROPERTIES)}

## OpenFlow errors

${table(['value', 'type', 'codes'], errorRows)}

## Errors of the library

\`decode\` throws only \`DecodeError\`, which has a \`code\`, the byte \`offset\`, the \`path\` (\`flowMod/instructions/2\`) and the \`reply\`: the OpenFlow
error type and code for the peer. A connection answers a malformed body with that error and drops the message; a malformed length closes it.

${table(
  ['code', 'meaning'].map(name => (name === 'code' ? '`DecodeError.code`' : name)),
  decodeCodes(),
)}

\`encode\` throws \`EncodeError\` with a \`path\`. A connection ends with \`Closed\`, whose \`code\` is the reason:

${table(['`Closed.code`', 'meaning'], closeCodes())}

A request is rejected with \`RequestRefused\` (the peer answered with an error), \`RequestFailed\` (no answer in time, too large, too many), or
\`Closed\`.

## Limits

Each is an option of \`listen\`, \`connect\` and \`new Connection\`.

${table(['limit', 'default', 'for'], [...limitRows(LIMITS, '../openflow/connection/limits.ts'), ...limitRows(SERVER_LIMITS, '../openflow/server.ts')])}

## What Open vSwitch 3.1 refuses

The tests send at least one of everything above to Open vSwitch. It refuses \`copyTtlOut\`, \`copyTtlIn\`, \`pushPbb\`, \`popPbb\`, \`inPhyPort\`,
\`pbbIsid\` and \`ipv6Exthdr\`, which it does not implement; \`dpHash\` and \`recircId\` in flows, which are internal; and unknown experimenters.

## Tests

- Every entry of every table decodes to the encoded value, for generated values. Every message, cut at every byte, gives a value or a \`DecodeError\`.
- Mutated messages: 200,000 in each run of the tests; 10,000,000 once by hand (November 2026, \`npx tsx test/openflow/fuzz-run.ts 10000000 1000\`): 5,312,428
  decoded to values that encode and decode to themselves, 4,687,572 were refused, nothing else happened, and none took more than 1.8 ms.
- Open vSwitch prints one of everything and accepts each action, instruction and field into a live table. All its messages of such a session are decoded
  completely and re-encoded, and so are those of os-ken's controller. \`ovs-ofctl\` controls this library as a switch. os-ken's parser and tshark read the
  samples.
`,
);
