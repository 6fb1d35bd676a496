import type { ErrorReply } from '../wire/errors.ts';
import { rest, u16 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';

const NOTHING = new Uint8Array(0);

/** OFPT_ERROR (7.4.4). `data` is at least the first 64 bytes of the message that failed, or a text for HELLO_FAILED. */
export const error = struct({ errType: u16, code: u16, data: defaulted(rest, NOTHING) });

/** Error types (7.4.4). */
export const OFPET = {
  HELLO_FAILED: 0,
  BAD_REQUEST: 1,
  BAD_ACTION: 2,
  BAD_INSTRUCTION: 3,
  BAD_MATCH: 4,
  FLOW_MOD_FAILED: 5,
  GROUP_MOD_FAILED: 6,
  PORT_MOD_FAILED: 7,
  TABLE_MOD_FAILED: 8,
  QUEUE_OP_FAILED: 9,
  SWITCH_CONFIG_FAILED: 10,
  ROLE_REQUEST_FAILED: 11,
  METER_MOD_FAILED: 12,
  TABLE_FEATURES_FAILED: 13,
  EXPERIMENTER: 0xffff,
} as const;

/** Codes of HELLO_FAILED. */
export const OFPHFC = { INCOMPATIBLE: 0, EPERM: 1 } as const;

/** Codes of BAD_REQUEST. */
export const OFPBRC = {
  BAD_VERSION: 0,
  BAD_TYPE: 1,
  BAD_MULTIPART: 2,
  BAD_EXPERIMENTER: 3,
  BAD_EXP_TYPE: 4,
  EPERM: 5,
  BAD_LEN: 6,
  BUFFER_EMPTY: 7,
  BUFFER_UNKNOWN: 8,
  BAD_TABLE_ID: 9,
  IS_SLAVE: 10,
  BAD_PORT: 11,
  BAD_PACKET: 12,
  MULTIPART_BUFFER_OVERFLOW: 13,
} as const;

/** Codes of BAD_ACTION. */
export const OFPBAC = {
  BAD_TYPE: 0,
  BAD_LEN: 1,
  BAD_EXPERIMENTER: 2,
  BAD_EXP_TYPE: 3,
  BAD_OUT_PORT: 4,
  BAD_ARGUMENT: 5,
  EPERM: 6,
  TOO_MANY: 7,
  BAD_QUEUE: 8,
  BAD_OUT_GROUP: 9,
  MATCH_INCONSISTENT: 10,
  UNSUPPORTED_ORDER: 11,
  BAD_TAG: 12,
  BAD_SET_TYPE: 13,
  BAD_SET_LEN: 14,
  BAD_SET_ARGUMENT: 15,
} as const;

/** Codes of BAD_INSTRUCTION. */
export const OFPBIC = {
  UNKNOWN_INST: 0,
  UNSUP_INST: 1,
  BAD_TABLE_ID: 2,
  UNSUP_METADATA: 3,
  UNSUP_METADATA_MASK: 4,
  BAD_EXPERIMENTER: 5,
  BAD_EXP_TYPE: 6,
  BAD_LEN: 7,
  EPERM: 8,
} as const;

/** Codes of BAD_MATCH. */
export const OFPBMC = {
  BAD_TYPE: 0,
  BAD_LEN: 1,
  BAD_TAG: 2,
  BAD_DL_ADDR_MASK: 3,
  BAD_NW_ADDR_MASK: 4,
  BAD_WILDCARDS: 5,
  BAD_FIELD: 6,
  BAD_VALUE: 7,
  BAD_MASK: 8,
  BAD_PREREQ: 9,
  DUP_FIELD: 10,
  EPERM: 11,
} as const;

/** Codes of FLOW_MOD_FAILED. */
export const OFPFMFC = {
  UNKNOWN: 0,
  TABLE_FULL: 1,
  BAD_TABLE_ID: 2,
  OVERLAP: 3,
  EPERM: 4,
  BAD_TIMEOUT: 5,
  BAD_COMMAND: 6,
  BAD_FLAGS: 7,
} as const;

/** Codes of GROUP_MOD_FAILED. */
export const OFPGMFC = {
  GROUP_EXISTS: 0,
  INVALID_GROUP: 1,
  WEIGHT_UNSUPPORTED: 2,
  OUT_OF_GROUPS: 3,
  OUT_OF_BUCKETS: 4,
  CHAINING_UNSUPPORTED: 5,
  WATCH_UNSUPPORTED: 6,
  LOOP: 7,
  UNKNOWN_GROUP: 8,
  CHAINED_GROUP: 9,
  BAD_TYPE: 10,
  BAD_COMMAND: 11,
  BAD_BUCKET: 12,
  BAD_WATCH: 13,
  EPERM: 14,
} as const;

/** Codes of PORT_MOD_FAILED. */
export const OFPPMFC = { BAD_PORT: 0, BAD_HW_ADDR: 1, BAD_CONFIG: 2, BAD_ADVERTISE: 3, EPERM: 4 } as const;

/** Codes of TABLE_MOD_FAILED. */
export const OFPTMFC = { BAD_TABLE: 0, BAD_CONFIG: 1, EPERM: 2 } as const;

/** Codes of QUEUE_OP_FAILED. */
export const OFPQOFC = { BAD_PORT: 0, BAD_QUEUE: 1, EPERM: 2 } as const;

/** Codes of SWITCH_CONFIG_FAILED. */
export const OFPSCFC = { BAD_FLAGS: 0, BAD_LEN: 1, EPERM: 2 } as const;

/** Codes of ROLE_REQUEST_FAILED. */
export const OFPRRFC = { STALE: 0, UNSUP: 1, BAD_ROLE: 2 } as const;

/** Codes of METER_MOD_FAILED. */
export const OFPMMFC = {
  UNKNOWN: 0,
  METER_EXISTS: 1,
  INVALID_METER: 2,
  UNKNOWN_METER: 3,
  BAD_COMMAND: 4,
  BAD_FLAGS: 5,
  BAD_RATE: 6,
  BAD_BURST: 7,
  BAD_BAND: 8,
  BAD_BAND_VALUE: 9,
  OUT_OF_METERS: 10,
  OUT_OF_BANDS: 11,
} as const;

/** Codes of TABLE_FEATURES_FAILED. */
export const OFPTFFC = { BAD_TABLE: 0, BAD_METADATA: 1, BAD_TYPE: 2, BAD_LEN: 3, BAD_ARGUMENT: 4, EPERM: 5 } as const;

/** Every error type with its codes and the names the specification gives to both. */
export const ERRORS = {
  HELLO_FAILED: ['OFPHFC', OFPHFC],
  BAD_REQUEST: ['OFPBRC', OFPBRC],
  BAD_ACTION: ['OFPBAC', OFPBAC],
  BAD_INSTRUCTION: ['OFPBIC', OFPBIC],
  BAD_MATCH: ['OFPBMC', OFPBMC],
  FLOW_MOD_FAILED: ['OFPFMFC', OFPFMFC],
  GROUP_MOD_FAILED: ['OFPGMFC', OFPGMFC],
  PORT_MOD_FAILED: ['OFPPMFC', OFPPMFC],
  TABLE_MOD_FAILED: ['OFPTMFC', OFPTMFC],
  QUEUE_OP_FAILED: ['OFPQOFC', OFPQOFC],
  SWITCH_CONFIG_FAILED: ['OFPSCFC', OFPSCFC],
  ROLE_REQUEST_FAILED: ['OFPRRFC', OFPRRFC],
  METER_MOD_FAILED: ['OFPMMFC', OFPMMFC],
  TABLE_FEATURES_FAILED: ['OFPTFFC', OFPTFFC],
} as const satisfies Readonly<Record<string, readonly [string, Readonly<Record<string, number>>]>>;

/** An error's name in the specification's words: `OFPBRC_BAD_LEN`. */
export function errorName(errType: number, code: number): string {
  for (const [type, [prefix, codes]] of Object.entries(ERRORS)) {
    if (OFPET[type as keyof typeof ERRORS] !== errType) continue;
    const name = Object.entries(codes).find(([, number]) => number === code)?.[0];
    return name === undefined ? `${prefix}_${code}` : `${prefix}_${name}`;
  }
  return errType === OFPET.EXPERIMENTER ? `OFPET_EXPERIMENTER/${code}` : `error ${errType}/${code}`;
}

/** The answers to malformed bytes, from the innermost layer that found them. */
export const REPLY = {
  request: { errType: OFPET.BAD_REQUEST, code: OFPBRC.BAD_LEN },
  version: { errType: OFPET.BAD_REQUEST, code: OFPBRC.BAD_VERSION },
  action: { errType: OFPET.BAD_ACTION, code: OFPBAC.BAD_LEN },
  setField: { errType: OFPET.BAD_ACTION, code: OFPBAC.BAD_SET_LEN },
  instruction: { errType: OFPET.BAD_INSTRUCTION, code: OFPBIC.BAD_LEN },
  matchType: { errType: OFPET.BAD_MATCH, code: OFPBMC.BAD_TYPE },
  match: { errType: OFPET.BAD_MATCH, code: OFPBMC.BAD_LEN },
  mask: { errType: OFPET.BAD_MATCH, code: OFPBMC.BAD_MASK },
  value: { errType: OFPET.BAD_MATCH, code: OFPBMC.BAD_VALUE },
  duplicate: { errType: OFPET.BAD_MATCH, code: OFPBMC.DUP_FIELD },
  tableFeatures: { errType: OFPET.TABLE_FEATURES_FAILED, code: OFPTFFC.BAD_LEN },
} as const satisfies Readonly<Record<string, ErrorReply>>;
