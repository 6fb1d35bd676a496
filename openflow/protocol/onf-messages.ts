import type { Codec } from '../wire/codec.ts';
import { DecodeError, EncodeError } from '../wire/errors.ts';
import { list } from '../wire/list.ts';
import { pad, rest, u8, u16, u32, u64 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { tlv } from '../wire/union.ts';
import { REPLY } from './errors.ts';

/** Kinds of a bundle control message (EXT-230). */
export const ONF_BCT = {
  OPEN_REQUEST: 0,
  OPEN_REPLY: 1,
  CLOSE_REQUEST: 2,
  CLOSE_REPLY: 3,
  COMMIT_REQUEST: 4,
  COMMIT_REPLY: 5,
  DISCARD_REQUEST: 6,
  DISCARD_REPLY: 7,
} as const;

/** Flags of a bundle (EXT-230). */
export const ONF_BF = { ATOMIC: 1 << 0, ORDERED: 1 << 1 } as const;

/** Why a controller's role changed (EXT-191). */
export const ONF_CRR = { MASTER_REQUEST: 0, CONFIG: 1, EXPERIMENTER: 2 } as const;

/** Bundle properties (EXT-230). */
export const BUNDLE_PROPERTIES = {
  experimenter: [0xffff, struct({ experimenter: u32, expType: u32, data: rest })],
} as const;

const properties = defaulted(list(tlv(BUNDLE_PROPERTIES, { padding: 'outside', badLength: REPLY.request })), []);

/** A whole message inside another, as its bytes: `encode` and `decode` are for it too. */
const embedded: Codec<Uint8Array> = {
  shape: { kind: 'named', name: 'embedded' },
  read(r) {
    if (r.left < 8) throw new DecodeError('TRUNCATED', r.pos, 'a message inside needs 8 bytes');
    const length = r.view.getUint16(r.pos + 2);
    if (length < 8 || length > r.left)
      throw new DecodeError('BAD_LENGTH', r.pos + 2, `a message of ${length} bytes, ${r.left} are there`);
    const message = r.take(length);
    r.advance(Math.min(-length & 7, r.left)); // padding, only when properties follow
    return message;
  },
  write(w, value) {
    if (!(value instanceof Uint8Array) || value.length < 8) throw new EncodeError('needs the bytes of a message');
    w.put(value);
  },
};

/** Properties behind an embedded message start at a multiple of 8. */
const paddedProperties: typeof properties = {
  ...properties,
  read: r => properties.read(r),
  write(w, value) {
    if (value !== undefined && value.length > 0) w.zeros((w.base - w.pos) & 7);
    properties.write(w, value);
  },
};

/** The messages that OpenFlow 1.4 has and ONF's extensions bring to 1.3, with their experimenter types. */
export const ONF_MESSAGES = {
  flowMonitorCancel: [1870, struct({ id: u32 }), 'EXT-187'],
  flowMonitorPaused: [1871, struct({}), 'EXT-187'],
  flowMonitorResumed: [1872, struct({}), 'EXT-187'],
  roleStatus: [1911, struct({ role: u32, reason: u8, _pad: pad(3), generationId: u64, properties }), 'EXT-191'],
  bundleControl: [2300, struct({ bundleId: u32, controlType: u16, flags: defaulted(u16, 0), properties }), 'EXT-230'],
  bundleAdd: [
    2301,
    struct({ bundleId: u32, _pad: pad(2), flags: defaulted(u16, 0), message: embedded, properties: paddedProperties }),
    'EXT-230',
  ],
} as const;
