/** An address and a port as people and URLs write them (RFC 3986, 3.2.2): `10.0.0.1:80`, `[2001:db8::1]:80`. */
export function endpointText({ ip, port }: { readonly ip: string; readonly port: number }): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
