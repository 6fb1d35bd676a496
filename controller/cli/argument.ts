import { InvalidArgumentError } from 'commander';
import type { ListenAddress } from '../core/config.ts';
import { endpointText } from '../core/endpoint.ts';
import { type Ip, parseIp } from '../core/ip.ts';
import { nearest } from '../core/nearest.ts';

/** A parser of whole numbers in decimal from `from` to `to`, both included, for commander. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < from || value > to)
      throw new InvalidArgumentError(`it must be a whole number from ${from} to ${to}`);
    return value;
  };
}

/** An IP address with or without a port: `10.0.0.9`, `10.0.0.9:80`, `[2001:db8::9]:80`. Undefined for anything else. */
export function parseEndpoint(text: string): { ip: Ip; port?: number } | undefined {
  const bare = parseIp(text);
  if (bare !== undefined) return { ip: bare };
  const [, bracketed, plain = '', digits] = /^(?:\[(.+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const ip = parseIp(bracketed ?? plain);
  const port = Number(digits);
  return ip === undefined || port < 1 || port > 65_535 ? undefined : { ip, port };
}

/** `127.0.0.1:6653` */
export const addressText = ({ host, port }: ListenAddress): string => endpointText({ ip: host, port });

/** `unknown topology "singel"; the closest match is "single"`; where none is close, all known names. */
export function unknownText(kind: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const hint = near === undefined ? `known names: ${known.join(', ')}` : `the closest match is "${near}"`;
  return `unknown ${kind} "${name}"; ${hint}`;
}

/** A text as a sentence: a capital in front, a full stop behind. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
