/** A message as JSON on one line: 64-bit numbers as decimal strings, bytes in hex. */
export function jsonOf(message: object): string {
  return JSON.stringify(message, (_key, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    if (value instanceof Uint8Array) return Array.from(value, byte => byte.toString(16).padStart(2, '0')).join('');
    return value;
  });
}
