import type { TypeOf } from '../wire/codec.ts';
import { list } from '../wire/list.ts';
import { u32 } from '../wire/scalars.ts';
import { struct } from '../wire/struct.ts';
import { tlv } from '../wire/union.ts';
import { OFPET, OFPHFC } from './errors.ts';

/** The version of OpenFlow 1.3 in every header (7.1). */
export const OFP_VERSION = 0x04;

/** Hello elements (7.5.1). */
export const HELLO_ELEMENTS = {
  /** Bit `n` of word `w` stands for version `32 w + n`. */
  versionBitmap: [1, struct({ bitmaps: list(u32) }), '7.5.1'],
} as const;

export const helloElement = tlv(HELLO_ELEMENTS, {
  padding: 'outside',
  badLength: { errType: OFPET.HELLO_FAILED, code: OFPHFC.INCOMPATIBLE },
});
export type HelloElement = TypeOf<typeof helloElement>;

/** OFPT_HELLO (7.5.1). */
export const hello = struct({ elements: list(helloElement) });
