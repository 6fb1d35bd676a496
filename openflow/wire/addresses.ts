import type { Codec } from './codec.ts';
import { EncodeError } from './errors.ts';
import { ipv6Bytes, ipv6Text } from './ipv6.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const HEX_COLON = HEX.map(text => `${text}:`);
const DECIMAL = Array.from({ length: 256 }, (_, byte) => String(byte));
const DECIMAL_DOT = DECIMAL.map(text => `${text}.`);
const COLON = 58;
const DOT = 46;

/** Six bytes as `aa:bb:cc:dd:ee:ff`. */
export function macText(b: Uint8Array, at = 0): string {
  return (
    HEX_COLON[b[at]!]! +
    HEX_COLON[b[at + 1]!]! +
    HEX_COLON[b[at + 2]!]! +
    HEX_COLON[b[at + 3]!]! +
    HEX_COLON[b[at + 4]!]! +
    HEX[b[at + 5]!]!
  );
}

/** Four bytes as `10.0.0.1`. */
export function ipv4Text(b: Uint8Array, at = 0): string {
  return DECIMAL_DOT[b[at]!]! + DECIMAL_DOT[b[at + 1]!]! + DECIMAL_DOT[b[at + 2]!]! + DECIMAL[b[at + 3]!]!;
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Writes the six bytes of a MAC address; false when the text is none. */
export function putMac(text: string, into: Uint8Array, at: number): boolean {
  if (text.length !== 17) return false;
  for (let i = 0; i < 6; i++) {
    const high = nibble(text.charCodeAt(3 * i));
    const low = nibble(text.charCodeAt(3 * i + 1));
    if (high < 0 || low < 0 || (i < 5 && text.charCodeAt(3 * i + 2) !== COLON)) return false;
    into[at + i] = (high << 4) | low;
  }
  return true;
}

/** Writes the four bytes of an IPv4 address; false when the text is none (four decimal numbers without leading zeros). */
export function putIpv4(text: string, into: Uint8Array, at: number): boolean {
  let value = -1;
  let octet = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (value < 0 || octet === 3) return false;
      into[at + octet++] = value;
      value = -1;
    } else {
      const digit = code - 48;
      if (digit < 0 || digit > 9 || value === 0) return false;
      value = value < 0 ? digit : value * 10 + digit;
      if (value > 255) return false;
    }
  }
  if (value < 0 || octet !== 3) return false;
  into[at + 3] = value;
  return true;
}

function notAn(what: string, value: unknown): EncodeError {
  return new EncodeError(`${typeof value === 'string' ? JSON.stringify(value) : String(value)} is no ${what}`);
}

/** An Ethernet address as `aa:bb:cc:dd:ee:ff`. */
export const mac: Codec<string> = {
  shape: { kind: 'mac' },
  size: 6,
  read: r => macText(r.bytes, r.advance(6)),
  write(w, value) {
    const at = w.advance(6);
    if (typeof value !== 'string' || !putMac(value, w.bytes, at)) throw notAn('Ethernet address (aa:bb:cc:dd:ee:ff)', value);
  },
};

/** An IPv4 address as `10.0.0.1`. */
export const ipv4: Codec<string> = {
  shape: { kind: 'ipv4' },
  size: 4,
  read: r => ipv4Text(r.bytes, r.advance(4)),
  write(w, value) {
    const at = w.advance(4);
    if (typeof value !== 'string' || !putIpv4(value, w.bytes, at)) throw notAn('IPv4 address (10.0.0.1)', value);
  },
};

/** An IPv6 address in its canonical text (RFC 5952); any text of RFC 4291 is taken. */
export const ipv6: Codec<string> = {
  shape: { kind: 'ipv6' },
  size: 16,
  read: r => ipv6Text(r.bytes, r.advance(16)),
  write(w, value) {
    const address = typeof value === 'string' ? ipv6Bytes(value) : undefined;
    if (address === undefined) throw notAn('IPv6 address (2001:db8::1)', value);
    w.put(address);
  },
};

/** The four bytes of an IPv4 text, or undefined. */
export function ipv4Bytes(text: string): Uint8Array | undefined {
  const out = new Uint8Array(4);
  return putIpv4(text, out, 0) ? out : undefined;
}

/** The six bytes of a MAC text, or undefined. */
export function macBytes(text: string): Uint8Array | undefined {
  const out = new Uint8Array(6);
  return putMac(text, out, 0) ? out : undefined;
}
