// By its file: the package's types do not resolve by its name under NodeNext (binary-parser 2.3.0).
import { Parser } from 'binary-parser/dist/binary_parser.js';
import { ipv4Text, macText } from './addresses.ts';
import { type AnyCodec, unwrapped } from './codec.ts';
import { ipv6Text } from './ipv6.ts';
import { cutText } from './text.ts';

/** Fields of known size that one compiled parser reads. The caller has made sure that `size` bytes are there. */
export interface Run {
  readonly size: number;
  parse(bytes: Uint8Array, at: number): object;
}

/** From this many fields on a struct is compiled: ports and statistics are, small ones are not worth the call. */
export const RUN_FIELDS = 6;

/** Whether a field can be part of a run: fixed size, no check of its own. */
export function runnable(codec: AnyCodec): boolean {
  const { shape } = unwrapped(codec);
  if (shape.kind === 'uint') return shape.bytes !== 3 && shape.max === 2 ** (8 * shape.bytes) - 1;
  if (shape.kind === 'bigint') return shape.bytes === 8;
  if (shape.kind === 'bytes') return shape.length !== undefined;
  return ['mac', 'ipv4', 'ipv6', 'text', 'pad'].includes(shape.kind);
}

/**
 * Compiles a run with binary-parser, on first use. The parser is nested once, which gives objects with fast properties.
 * binary-parser writes code for it: under `--disallow-code-generation-from-strings` it cannot.
 */
export function compileRun(fields: readonly (readonly [string, AnyCodec])[]): Run {
  const size = fields.reduce((sum, [, codec]) => sum + codec.size!, 0);
  let parser: Parser | undefined;
  return {
    size,
    parse(bytes, at) {
      parser ??= new Parser().nest('v', { type: parserOf(fields) });
      return parser.parse(bytes.subarray(at, at + size)).v;
    },
  };
}

function parserOf(fields: readonly (readonly [string, AnyCodec])[]): Parser {
  let parser = new Parser();
  for (const [name, codec] of fields) parser = added(parser, name, unwrapped(codec));
  return parser;
}

function added(parser: Parser, name: string, codec: AnyCodec): Parser {
  const { shape } = codec;
  const formatted = (formatter: (field: Uint8Array) => unknown) =>
    parser.buffer(name, { length: codec.size!, formatter: formatter as (field: unknown) => unknown });
  if (shape.kind === 'uint')
    return shape.bytes === 1 ? parser.uint8(name) : shape.bytes === 2 ? parser.uint16be(name) : parser.uint32be(name);
  if (shape.kind === 'bigint') return parser.uint64be(name);
  if (shape.kind === 'pad') return parser.seek(codec.size!);
  if (shape.kind === 'mac') return formatted(field => macText(field));
  if (shape.kind === 'ipv4') return formatted(field => ipv4Text(field));
  if (shape.kind === 'ipv6') return formatted(field => ipv6Text(field));
  if (shape.kind === 'text') return formatted(cutText);
  return formatted(field => Uint8Array.from(field));
}
