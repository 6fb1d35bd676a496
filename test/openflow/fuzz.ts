import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DecodeError, decode, encode, type MessageInput } from '../../openflow/index.ts';
import { MESSAGE_VALUES } from './arbitrary.ts';

/** What a run of mutated messages showed. */
export interface Findings {
  readonly messages: number;
  readonly decoded: number;
  readonly refused: number;
  /** The slowest message, in milliseconds, and its bytes. */
  readonly slowestMs: number;
  readonly slowest: string;
  /** Anything that is not a value or a DecodeError, and values that do not keep their meaning when written. */
  readonly failures: readonly { readonly hex: string; readonly why: string }[];
}

/** A small seeded generator (xorshift32). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Messages to start from: generated from the tables, and some that real peers sent. */
export function seeds(seed: number, perType = 12): readonly Uint8Array[] {
  const generated = MESSAGE_VALUES.flatMap(([, values]) => fc.sample(values, { numRuns: perType, seed })).map(message =>
    encode(message as MessageInput),
  );
  const rows = JSON.parse(readFileSync(new URL('../vectors/openflow.json', import.meta.url), 'utf8')) as { hex: string }[];
  return [...generated, ...rows.map(row => Uint8Array.from(Buffer.from(row.hex, 'hex')))];
}

const LENGTHS = [0, 1, 3, 4, 7, 8, 12, 15, 16, 0x7fff, 0x8000, 0xfff8, 0xffff];

/** One message with one to four things wrong: bits, bytes, lengths, pieces cut out, doubled or exchanged. */
export function mutate(from: readonly Uint8Array[], random: (below: number) => number): Uint8Array {
  let bytes = from[random(from.length)]!.slice();
  for (let n = 1 + random(4); n > 0 && bytes.length > 8; n--) {
    const at = 4 + random(bytes.length - 4);
    switch (random(8)) {
      case 0:
        bytes[at]! ^= 1 << random(8);
        break;
      case 1:
        bytes[at] = random(256);
        break;
      case 2:
      case 3: {
        const even = Math.min(at & ~1, bytes.length - 2);
        const value = LENGTHS[random(LENGTHS.length)]!;
        bytes[even] = value >>> 8;
        bytes[even + 1] = value & 0xff;
        break;
      }
      case 4: {
        const even = Math.min(at & ~1, bytes.length - 2);
        const value = ((bytes[even]! << 8) | bytes[even + 1]!) + random(17) - 8;
        bytes[even] = (value >>> 8) & 0xff;
        bytes[even + 1] = value & 0xff;
        break;
      }
      case 5:
        bytes = bytes.slice(0, at);
        break;
      case 6: {
        const end = Math.min(bytes.length, at + 8 * (1 + random(4)));
        bytes = Uint8Array.from([...bytes.subarray(0, end), ...bytes.subarray(at, end), ...bytes.subarray(end)]);
        break;
      }
      default: {
        const other = from[random(from.length)]!;
        const piece = other.subarray(random(other.length), other.length);
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...piece.subarray(0, 512)]);
      }
    }
  }
  if (bytes.length >= 4 && random(16) !== 0) new DataView(bytes.buffer).setUint16(2, bytes.length);
  return bytes;
}

/** Decodes mutated messages: each has to be a value that reads back as it is written, or a DecodeError. */
export function fuzz(count: number, seed: number): Findings {
  const from = seeds(seed);
  const random = randomOf(seed);
  const failures: { hex: string; why: string }[] = [];
  let decoded = 0;
  let slowestMs = 0;
  let slowest: Uint8Array = new Uint8Array(0);
  for (let i = 0; i < count && failures.length < 10; i++) {
    const bytes = mutate(from, random);
    let started = performance.now();
    let why = outcome(bytes);
    let took = performance.now() - started;
    if (took > 1) {
      // a pause of the machine is not the message's fault: the best of three more
      for (let again = 0; again < 3; again++) {
        started = performance.now();
        why = outcome(bytes);
        took = Math.min(took, performance.now() - started);
      }
    }
    if (took > slowestMs) {
      slowestMs = took;
      slowest = bytes;
    }
    if (why === 'decoded') decoded++;
    else if (why !== 'refused') failures.push({ hex: Buffer.from(bytes).toString('hex'), why });
  }
  return {
    messages: count,
    decoded,
    refused: count - decoded - failures.length,
    slowestMs,
    slowest: Buffer.from(slowest).toString('hex'),
    failures,
  };
}

function outcome(bytes: Uint8Array): string {
  let message: ReturnType<typeof decode>;
  try {
    message = decode(bytes);
  } catch (error) {
    return error instanceof DecodeError && error.reply !== undefined ? 'refused' : String((error as Error).stack);
  }
  try {
    const written = encode(message);
    return Buffer.compare(encode(decode(written)), written) === 0 ? 'decoded' : 'written again it differs';
  } catch (error) {
    return `cannot be written: ${String((error as Error).stack)}`;
  }
}
