import { flowRemoved, flowStats } from '../openflow/protocol/flows.ts';
import { port, portStats } from '../openflow/protocol/ports.ts';
import type { AnyCodec, AnyFields, Codec } from '../openflow/wire/codec.ts';
import { Reader } from '../openflow/wire/reader.ts';
import { length, struct } from '../openflow/wire/struct.ts';

/** Structs read by binary-parser's compiled runs, and field by field: which is faster, and by how much. */
const ROUNDS = 9;
const COUNT = 20_000;

/** The same layout without runs: a field whose shape says nothing is read by itself. */
function plain(layout: AnyFields): AnyFields {
  if (layout.shape.kind !== 'struct') throw new TypeError('a struct is needed');
  const fields = Object.entries(layout.shape.fields).map(
    ([name, codec]) => [name, codec === length ? codec : single(codec)] as const,
  );
  return struct(Object.fromEntries(fields)) as AnyFields;
}

function single(codec: AnyCodec): AnyCodec {
  return { ...codec, read: r => codec.read(r), shape: { kind: 'named', name: 'single' } };
}

const stats = new Uint8Array(56);
stats.set([0, 56]);
stats.set([0, 1, 0, 4], 48);
const removed = new Uint8Array(48);
removed.set([0, 1, 0, 4], 40);

const layouts: readonly (readonly [string, AnyFields, Uint8Array])[] = [
  ['port', port as AnyFields, new Uint8Array(64)],
  ['port statistics', portStats as AnyFields, new Uint8Array(112)],
  ['flow-removed', flowRemoved as AnyFields, removed],
  ['flow statistics', flowStats as AnyFields, stats],
];

let sink: unknown;

function nanoseconds(codec: AnyFields, bytes: Uint8Array): number {
  const started = performance.now();
  for (let i = 0; i < COUNT; i++) sink = (codec as AnyCodec as Codec<unknown>).read(new Reader(bytes));
  return ((performance.now() - started) / COUNT) * 1e6;
}

console.log('| struct | compiled run, ns | field by field, ns | ratio |\n| --- | --: | --: | --: |');
for (const [name, layout, bytes] of layouts) {
  const other = plain(layout);
  const times: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round++) times.push([nanoseconds(layout, bytes), nanoseconds(other, bytes)]);
  const best = (k: 0 | 1): number => Math.min(...times.map(time => time[k]));
  console.log(`| ${name} | ${best(0).toFixed(0)} | ${best(1).toFixed(0)} | ${(best(0) / best(1)).toFixed(2)} |`);
}
if (sink === undefined) process.exitCode = 1;
