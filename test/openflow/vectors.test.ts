import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DecodeError, decode, encode, errorName, type Message } from '../../openflow/index.ts';

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly must: 'decode' | 'refuse' | 'either';
  readonly reject?: string;
}

/** Messages of this project, kept here; and a larger collection, read where it lies beside the repository. */
const OWN = JSON.parse(readFileSync(new URL('../vectors/openflow.json', import.meta.url), 'utf8')) as Vector[];
const COLLECTION = new URL('../../../shared/vectors/openflow13.jsonl', import.meta.url);
const found = existsSync(COLLECTION);
const shared: Vector[] = found
  ? readFileSync(COLLECTION, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Vector & { expect: { reject?: string } })
      .map(({ name, hex, must, expect: { reject } }) => ({ name, hex, must, ...(reject === undefined ? {} : { reject }) }))
  : [];

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Vectors that come back as other bytes, and why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'cap-ofctl-174': 'fields in another order than their numbers',
  'cap-testcontroller-15': 'fields in another order than their numbers',
  'cap-testcontroller-19': 'fields in another order than their numbers',
  'ovs-ofp-print-OFPT-FLOW-MOD-OF1-3-flags-low-verbosity': 'fields in another order than their numbers',
  'cap-ofctl-194': 'fields in another order than their numbers',
  'ryu-4-59-ofp_packet_in': 'fields in another order than their numbers',
  'ovs-act-1.1-instruction-58': 'padding that is not zero',
  'ovs-act-1.1-instruction-59': 'padding that is not zero',
};

function check({ name, hex, must, reject }: Vector): void {
  let message: Message;
  try {
    message = decode(bytesOf(hex));
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    expect(must, String(error)).not.toBe('decode');
    const { errType, code } = (error as DecodeError).reply!;
    // Open vSwitch says BAD_LEN of the request where the innermost layer says whose length it is
    if (must === 'refuse')
      expect([reject, 'OFPBRC_BAD_LEN', 'OFPBIC_BAD_LEN', 'OFPBMC_BAD_LEN']).toContain(errorName(errType, code));
    return;
  }
  expect(must).not.toBe('refuse');
  const written = encode(message);
  expect(decode(written)).toEqual(message);
  if (DIFFERENT[name] === undefined) expect(hexOf(written)).toBe(hex);
}

describe('message vectors', () => {
  it.each(OWN.map(vector => [vector.name, vector] as const))('%s', (_name, vector) => check(vector));
});

describe.skipIf(!found)('the collection beside the repository (skipped where it is not)', () => {
  it.each(shared.map(vector => [vector.name, vector] as const))('%s', (_name, vector) => check(vector));
});
