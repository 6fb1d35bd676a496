import type { Codec } from './codec.ts';
import { EncodeError } from './errors.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8 = new TextEncoder();
const ESCAPE = 0xdc00;

/**
 * The text in `bytes` up to the first NUL. UTF-8; a switch that sends other bytes loses nothing: when the text is not
 * valid UTF-8 each byte above 0x7f becomes the lone surrogate U+DC80..U+DCFF, and is written back as that byte.
 */
export function cutText(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  const used = nul < 0 ? bytes : bytes.subarray(0, nul);
  let text = '';
  for (const byte of used) {
    if (byte > 0x7f) return foreignText(used);
    text += String.fromCharCode(byte);
  }
  return text;
}

function foreignText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return Array.from(bytes, byte => String.fromCharCode(byte > 0x7f ? ESCAPE + byte : byte)).join('');
  }
}

/** The bytes of a text, the inverse of `cutText`. */
export function textBytes(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/u.test(text)) return utf8.encode(text);
  const parts = Array.from(text, char => {
    const code = char.charCodeAt(0);
    return char.length === 1 && code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff ? [code - ESCAPE] : [...utf8.encode(char)];
  });
  return Uint8Array.from(parts.flat());
}

/** A text of at most `n` bytes in a field of `n` bytes, filled up with NULs. */
export function text(n: number): Codec<string> {
  return {
    shape: { kind: 'text', length: n },
    size: n,
    read: r => {
      const start = r.advance(n);
      return cutText(r.bytes.subarray(start, start + n));
    },
    write(w, value) {
      if (typeof value !== 'string') throw new EncodeError(`${String(value)} is no text`);
      if (value.includes('\0')) throw new EncodeError('a text cannot hold NUL');
      const encoded = textBytes(value);
      if (encoded.length > n) throw new EncodeError(`${JSON.stringify(value)} has ${encoded.length} bytes, ${n} fit`);
      w.put(encoded);
      w.zeros(n - encoded.length);
    },
  };
}
