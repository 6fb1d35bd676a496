/** Goes to every host of the segment (IEEE 802). */
export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff';
/** Stands where a MAC address is not known (RFC 826, RFC 5227 2.1.1). */
export const ZERO_MAC = '00:00:00:00:00:00';
/** No address (RFC 1122, 3.2.1.3). */
export const ANY_IPV4 = '0.0.0.0';
/** No address (RFC 4291, 2.5.2). */
export const ANY_IPV6 = '::';

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
