import { putIpv4, putMac } from '../wire/addresses.ts';
import type { Writer } from '../wire/writer.ts';

/** What a usual field's value is, beside its OXM header in 16 bits: the number of the field, no mask, bytes of the value. */
const IPV4 = 0x1_0000;
const MAC = 0x2_0000;
const HEADER = 0xffff;
const OXM_BASIC = 0x8000_0000;
const UNUSUAL = -1;

/**
 * The fields that nearly every flow has. Comparing the name with each of them costs less than a look into a table: names
 * are one object in the engine. Numbers here may have every value of their bytes.
 */
function kindOf(name: string): number {
  switch (name) {
    case 'inPort':
      return 0x0004;
    case 'ethType':
      return 0x0a02;
    case 'ipProto':
      return 0x1401;
    case 'ipv4Src':
      return IPV4 + 0x1604;
    case 'ipv4Dst':
      return IPV4 + 0x1804;
    case 'tcpSrc':
      return 0x1a02;
    case 'tcpDst':
      return 0x1c02;
    case 'udpSrc':
      return 0x1e02;
    case 'udpDst':
      return 0x2002;
    case 'ethDst':
      return MAC + 0x0606;
    case 'ethSrc':
      return MAC + 0x0806;
    case 'vlanVid':
      return 0x0c02;
    case 'arpOp':
      return 0x2a02;
    case 'arpSpa':
      return IPV4 + 0x2c04;
    case 'arpTpa':
      return IPV4 + 0x2e04;
    default:
      return UNUSUAL;
  }
}

/** Writes a usual field's header and value; false when the value is none of a usual field, masked ones too. */
function putField(w: Writer, at: number, kind: number, value: unknown): boolean {
  w.view.setUint32(at, OXM_BASIC + (kind & HEADER));
  if (typeof value === 'number') {
    switch (kind >>> 16 === 0 ? kind & 0xff : 0) {
      case 2:
        if ((value & 0xffff) !== value) return false;
        w.view.setUint16(at + 4, value);
        return true;
      case 4:
        if (value >>> 0 !== value) return false;
        w.view.setUint32(at + 4, value);
        return true;
      case 1:
        if ((value & 0xff) !== value) return false;
        w.bytes[at + 4] = value;
        return true;
      default:
        return false;
    }
  }
  if (typeof value !== 'string') return false;
  if (kind >>> 16 === IPV4 >>> 16) return putIpv4(value, w.bytes, at + 4);
  return kind >>> 16 === MAC >>> 16 && putMac(value, w.bytes, at + 4);
}

/** A match's header, all usual fields at once, and the padding. */
const MATCH_ROOM = 160;
const MATCH_OXM = 0x0001_0000;

/** Writes a match whose fields are usual and stand in OXM order; false, with nothing written, for all others. */
export function writeUsualMatch(w: Writer, value: object): boolean {
  w.reserve(MATCH_ROOM);
  const start = w.pos;
  let at = start + 4;
  let before = -1;
  for (const name in value) {
    const given: unknown = value[name as keyof typeof value];
    if (given === undefined) continue;
    const kind = kindOf(name);
    const header = kind & HEADER;
    // An unusual name has the largest of all headers.
    if (kind === UNUSUAL || header <= before || !putField(w, at, kind, given)) return false;
    before = header;
    at += 4 + (kind & 0xff);
  }
  if ((value as { readonly unknown?: unknown }).unknown !== undefined) return false;
  w.view.setUint32(start, MATCH_OXM + (at - start));
  w.view.setUint32(at, 0);
  w.view.setUint32(at + 4, 0);
  w.pos = at + (-(at - start) & 7);
  return true;
}

/** A set-field action with any usual field: its value ends in the last eight bytes. */
const SET_FIELD = 0x0019_0010;
const SET_FIELD_LENGTH = 16;

/** Writes a set-field action for one usual field; false, with nothing written, for all others. */
export function writeUsualSetField(w: Writer, value: object): boolean {
  let only: string | undefined;
  let given: unknown;
  for (const name in value) {
    // biome-ignore lint/suspicious/noPrototypeBuiltins: in a for-in the engine knows this call's answer; it does not know hasOwn's.
    if (only !== undefined || !Object.prototype.hasOwnProperty.call(value, name)) return false;
    only = name;
    given = value[name as keyof typeof value];
  }
  const kind = only === undefined ? UNUSUAL : kindOf(only);
  if (kind === UNUSUAL) return false;
  w.reserve(SET_FIELD_LENGTH);
  const at = w.pos;
  w.view.setUint32(at, SET_FIELD);
  w.view.setUint32(at + 8, 0);
  w.view.setUint32(at + 12, 0);
  if (!putField(w, at + 4, kind, given)) return false;
  w.pos = at + SET_FIELD_LENGTH;
  return true;
}
