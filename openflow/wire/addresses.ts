import type { Codec } from './codec.ts';
import { EncodeError } from './errors.ts';
import { ipv6Bytes, ipv6Text } from './ipv6.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const HEX_COLON = HEX.map(text => `${text}:`);
const DECIMAL = Array.from({ length: 256 }, (_, byte) => String(byte));
const DECIMAL_DOT = DECIMAL.map(text => `${text}.`);
const COLON = 58;
const DOT = 46;
const ZERO = 48;
const LONGEST_IPV4 = 15;

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

/** The value of a hexadecimal digit by its character; 255 for all else. */
const NIBBLE = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase());
  return value < 0 ? 255 : value;
});

/** Two hexadecimal digits as a byte, or more than a byte when they are none. */
function byteAt(text: string, at: number): number {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  return (NIBBLE[high & 255]! << 4) | NIBBLE[low & 255]! | ((high | low) & 0xff00);
}

/** Writes the six bytes of a MAC address; false when the text is none. */
export function putMac(text: string, into: Uint8Array, at: number): boolean {
  if (text.length !== 17) return false;
  for (let i = 0; i < 6; i++) {
    const byte = byteAt(text, 3 * i);
    if (byte > 255 || (i < 5 && text.charCodeAt(3 * i + 2) !== COLON)) return false;
    into[at + i] = byte;
  }
  return true;
}

/** Writes the four bytes of an IPv4 address; false when the text is none (four decimal numbers without leading zeros). */
export function putIpv4(text: string, into: Uint8Array, at: number): boolean {
  const { length } = text;
  if (length > LONGEST_IPV4) return false;
  let i = 0;
  for (let octet = 0; octet < 4; octet++) {
    if (octet > 0 && (i >= length || text.charCodeAt(i++) !== DOT)) return false;
    if (i >= length) return false;
    let value = text.charCodeAt(i++) - ZERO;
    if (value >>> 0 > 9) return false;
    for (; i < length; i++) {
      const digit = text.charCodeAt(i) - ZERO;
      if (digit >>> 0 > 9) break;
      if (value === 0) return false;
      value = value * 10 + digit;
    }
    if (value > 255) return false;
    into[at + octet] = value;
  }
  return i === length;
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
