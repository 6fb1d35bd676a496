import { EncodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;
const IPV4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff';
export const ZERO_MAC = '00:00:00:00:00:00';
export const ANY_IPV4 = '0.0.0.0';
export const ANY_IPV6 = '::';

/** A MAC address as `aa:bb:cc:dd:ee:ff`. */
export function readMac(r: Reader): string {
  const at = r.advance(6);
  const b = r.bytes;
  return `${HEX[b[at]!]}:${HEX[b[at + 1]!]}:${HEX[b[at + 2]!]}:${HEX[b[at + 3]!]}:${HEX[b[at + 4]!]}:${HEX[b[at + 5]!]}`;
}

export function writeMac(w: Writer, text: string): void {
  if (!MAC.test(text)) throw new EncodeError(`'${text}' is not a MAC address`);
  for (let i = 0; i < 17; i += 3) w.u8(Number.parseInt(text.slice(i, i + 2), 16));
}

/** An IPv4 address as `10.0.0.1`. */
export function readIpv4(r: Reader): string {
  const at = r.advance(4);
  const b = r.bytes;
  return `${b[at]}.${b[at + 1]}.${b[at + 2]}.${b[at + 3]}`;
}

export function writeIpv4(w: Writer, text: string): void {
  const parts = IPV4.exec(text);
  if (parts === null) throw new EncodeError(`'${text}' is not an IPv4 address`);
  for (let i = 1; i <= 4; i++) w.u8(Number(parts[i]));
}

/** An IPv6 address in the one form of RFC 5952: lower case, no leading zeros, the first longest run of zeros as `::`. */
export function readIpv6(r: Reader): string {
  const groups = Array.from({ length: 8 }, () => r.u16());
  let best = 8;
  let length = 1;
  for (let i = 0, run = 0; i < 8; i++) {
    run = groups[i] === 0 ? run + 1 : 0;
    if (run > length) [best, length] = [i - run + 1, run];
  }
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map(group => group.toString(16))
      .join(':');
  return best === 8 ? hex(0, 8) : `${hex(0, best)}::${hex(best + length, 8)}`;
}

export function writeIpv6(w: Writer, text: string): void {
  const bad = () => new EncodeError(`'${text}' is not an IPv6 address`);
  const halves = text.split('::');
  const [head, tail] = halves.map(half => (half === '' ? [] : half.split(':')));
  if (head === undefined || halves.length > 2) throw bad();
  const known = head.length + (tail?.length ?? 0);
  if (tail === undefined ? known !== 8 : known > 7) throw bad();
  const groups = [...head, ...new Array<string>(8 - known).fill('0'), ...(tail ?? [])];
  for (const group of groups) {
    if (!GROUP.test(group)) throw bad();
    w.u16(Number.parseInt(group, 16));
  }
}

/** The group bit of the first byte (IEEE 802, 8.2): multicast, and broadcast with it. */
export function isGroupMac(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
}

/** True of an address that names one host: not unspecified, loopback, multicast, broadcast or reserved (RFC 1122, 3.2.1.3; RFC 4291, 2.5). */
export function isUnicastIp(ip: string): boolean {
  if (ip.includes(':')) return ip !== ANY_IPV6 && ip !== '::1' && !ip.startsWith('ff');
  const first = Number.parseInt(ip, 10);
  return first !== 0 && first !== 127 && first < 224;
}
