import { DecodeError, EncodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';

/** The nearest-bridge group address (IEEE 802.1AB, 7.1): no bridge forwards it. */
export const LLDP_MULTICAST = '01:80:c2:00:00:0e';

/** TLV types (IEEE 802.1AB, 8.4). */
export const LLDP_TLV = { END: 0, CHASSIS_ID: 1, PORT_ID: 2, TTL: 3, PORT_DESCRIPTION: 4, SYSTEM_NAME: 5, CUSTOM: 127 } as const;

/** Chassis id subtypes (8.5.2.2). */
export const CHASSIS_ID = {
  INTERFACE_ALIAS: 2,
  PORT_COMPONENT: 3,
  MAC: 4,
  NETWORK_ADDRESS: 5,
  INTERFACE_NAME: 6,
  LOCAL: 7,
} as const;

/** Port id subtypes (8.5.3.2). */
export const PORT_ID = {
  INTERFACE_ALIAS: 1,
  PORT_COMPONENT: 2,
  MAC: 3,
  NETWORK_ADDRESS: 4,
  INTERFACE_NAME: 5,
  LOCAL: 7,
} as const;

/** A frame with more TLVs than this is malformed. */
export const MAX_TLVS = 128;

export interface LldpId {
  readonly subtype: number;
  readonly value: Uint8Array;
}

export interface LldpTlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** The value of a TLV of type 127 (8.6): whose, which, what. */
export interface CustomTlv {
  readonly oui: number;
  readonly subtype: number;
  readonly value: Uint8Array;
}

/** An LLDP data unit (IEEE 802.1AB, 8.2): the three mandatory TLVs, then the others in their order, without the last, empty one. */
export interface Lldp {
  readonly chassis: LldpId;
  readonly port: LldpId;
  readonly ttl: number;
  readonly tlvs: readonly LldpTlv[];
}

export function decodeLldp(r: Reader): Lldp {
  const chassis = decodeId(r, LLDP_TLV.CHASSIS_ID);
  const port = decodeId(r, LLDP_TLV.PORT_ID);
  const ttl = mandatory(r, LLDP_TLV.TTL, 2).u16();
  const tlvs: LldpTlv[] = [];
  for (;;) {
    const { type, body } = decodeTlv(r);
    if (type === LLDP_TLV.END) return { chassis, port, ttl, tlvs };
    if (tlvs.length === MAX_TLVS) throw new DecodeError('TOO_LARGE', r.pos, `more than ${MAX_TLVS} TLVs`);
    tlvs.push({ type, value: body.rest() });
  }
}

export function encodeLldp(w: Writer, { chassis, port, ttl, tlvs = [] }: Omit<Lldp, 'tlvs'> & Partial<Lldp>): void {
  encodeTlv(w, LLDP_TLV.CHASSIS_ID, Uint8Array.of(chassis.subtype, ...chassis.value));
  encodeTlv(w, LLDP_TLV.PORT_ID, Uint8Array.of(port.subtype, ...port.value));
  encodeTlv(w, LLDP_TLV.TTL, Uint8Array.of(ttl >> 8, ttl & 0xff));
  for (const { type, value } of tlvs) encodeTlv(w, type, value);
  w.u16(0);
}

/** A TLV of type 127 for `tlvs`. */
export function customTlv({ oui, subtype, value }: CustomTlv): LldpTlv {
  return { type: LLDP_TLV.CUSTOM, value: Uint8Array.of(oui >> 16, oui >> 8, oui, subtype, ...value) };
}

/** The TLVs of type 127 that carry the organization's identifier `oui`. */
export function customTlvs({ tlvs }: Lldp, oui: number): CustomTlv[] {
  const found: CustomTlv[] = [];
  for (const { type, value } of tlvs) {
    if (type !== LLDP_TLV.CUSTOM || value.length < 4) continue;
    const [high = 0, middle = 0, low = 0, subtype = 0] = value;
    if (((high << 16) | (middle << 8) | low) === oui) found.push({ oui, subtype, value: value.slice(4) });
  }
  return found;
}

function decodeTlv(r: Reader): { type: number; body: Reader } {
  const head = r.u16();
  return { type: head >> 9, body: r.sub(head & 0x1ff) };
}

function mandatory(r: Reader, wanted: number, minLength: number): Reader {
  const at = r.pos;
  const { type, body } = decodeTlv(r);
  if (type !== wanted) throw new DecodeError('BAD_VALUE', at, `TLV ${type} where ${wanted} must be (8.2)`);
  if (body.left < minLength) throw new DecodeError('BAD_LENGTH', at, `TLV ${type} of ${body.left} bytes`);
  return body;
}

// 8.5.2.3, 8.5.3.3: an identifier has 1 to 255 bytes.
function decodeId(r: Reader, type: number): LldpId {
  const body = mandatory(r, type, 2);
  return { subtype: body.u8(), value: body.rest() };
}

function encodeTlv(w: Writer, type: number, value: Uint8Array): void {
  if (value.length > 511 || (type & 0x7f) !== type) throw new EncodeError(`TLV ${type} of ${value.length} bytes`);
  w.u16((type << 9) | value.length);
  w.put(value);
}
