/** A value of the OpenFlow library as JSON has it: big numbers and bytes in hexadecimal. */
export function plainJson(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `0x${value.toString(16)}`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === 'object' && value !== null ? plainJson(value) : value;
}
