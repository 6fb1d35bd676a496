import { build } from './build.ts';
import { ICMP } from './icmp.ts';

export interface EchoRequest {
  readonly ethernet: { readonly src: string; readonly dst: string };
  readonly ipv4: { readonly src: string; readonly dst: string };
  readonly id: number;
  readonly seq: number;
  readonly payload: Uint8Array;
}

/** Asks a host whether it is there (RFC 792); the answer has the same `id`, `seq` and `payload`. */
export function icmpEchoRequest({ ethernet, ipv4, id, seq, payload }: EchoRequest): Uint8Array {
  return build({ ethernet, ipv4, icmp: { type: ICMP.ECHO_REQUEST, code: 0, id, seq }, payload });
}
