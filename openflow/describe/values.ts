import { OFPP } from '../protocol/ports.ts';

/** `packetIn` as the specification spells it: `PACKET_IN`. */
export function specName(name: string): string {
  return snake(name).toUpperCase();
}

/** `ipv4Dst` as `ipv4_dst`. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

const PORTS: ReadonlyMap<number, string> = new Map(Object.entries(OFPP).map(([name, port]) => [port, name]));

/** A port's number, or its name when it has one. */
export function portText(port: number): string {
  return PORTS.get(port) ?? String(port);
}

/** The name of a value in a table of constants: `OFPR.NO_MATCH` as `no_match`. */
export function wordOf(table: Readonly<Record<string, number>>, value: number): string {
  return (
    Object.keys(table)
      .find(name => table[name] === value)
      ?.toLowerCase() ?? String(value)
  );
}

/** The names of the bits that are set, joined by `+`; bits without a name as a number. */
export function bitsText(table: Readonly<Record<string, number>>, value: number): string {
  const names = Object.keys(table).filter(name => (value & table[name]!) !== 0);
  const unnamed = value & ~names.reduce((sum, name) => sum | table[name]!, 0);
  if (unnamed !== 0) names.push(`0x${(unnamed >>> 0).toString(16)}`);
  return names.join('+').toLowerCase() || '0';
}

/** A number in hex. */
export const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** Bytes in hex, the first of many. */
export function bytesText(bytes: Uint8Array, most = 32): string {
  const text = Array.from(bytes.subarray(0, most), byte => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > most ? `${text}..(${bytes.length} bytes)` : text;
}

/** Numbers that are bits or names rather than counts. */
const IN_HEX = /cookie|mask|metadata|datapathId|capabilities|experimenter/i;

/** Any plain value on one line: `key=value` for objects, `[...]` for lists. */
export function plain(value: unknown, key = ''): string {
  if (value instanceof Uint8Array) return bytesText(value);
  if ((typeof value === 'bigint' || typeof value === 'number') && IN_HEX.test(key)) return hex(value);
  if (Array.isArray(value)) return `[${value.map(item => plain(item, key)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${pairs(value)}}`;
  return typeof value === 'string' && /[\s,={}[\]]|^$/.test(value) ? JSON.stringify(value) : String(value);
}

/** The fields of an object as `snake_key=value`, without those named. */
export function pairs(value: object, without: readonly string[] = [], separator = ','): string {
  return Object.entries(value)
    .filter(([key]) => !without.includes(key))
    .map(([key, field]) => `${snake(key)}=${plain(field, key)}`)
    .join(separator);
}
