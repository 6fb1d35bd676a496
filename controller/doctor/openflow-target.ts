import type { ListenAddress } from '../core/config.ts';
import { endpointText } from '../core/endpoint.ts';

const DEFAULT_PORT = 6653;
const ANY = ['0.0.0.0', '::'];

/** The host of a URL, an IPv6 address without its brackets. */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

/** Where switches reach the controller: the one address it listens on, or else the host that its REST was asked at. */
export function openflowHost(listen: ListenAddress | undefined, url: string): string {
  return listen === undefined || ANY.includes(listen.host) ? hostOf(url) : listen.host;
}

/** The argument of `ovs-vsctl set-controller`: `tcp:10.0.0.1:6653`, `tcp:[2001:db8::1]:6653`. */
export function openflowTarget({ openflow, url }: { readonly openflow?: ListenAddress; readonly url: string }): string {
  return `tcp:${endpointText({ ip: openflowHost(openflow, url), port: openflow?.port ?? DEFAULT_PORT })}`;
}
