/**
 * The way from a host to one remote address, over IPv4 or IPv6. A transport asks it for a frame with room, writes its header
 * and data behind `headers`, and gives it back to be completed and sent. The transports know nothing else of IP.
 */
export interface Path {
  /** Small and unique in its host. */
  readonly number: number;
  readonly localIp: string;
  readonly remoteIp: string;
  /** Where the transport's header starts in a frame. */
  readonly headers: number;
  /** The sum of both addresses, which the pseudo header starts with (RFC 9293, 3.1; RFC 8200, 8.1). */
  readonly addressSum: number;
  /** False when the host has no route to the address. */
  readonly routed: boolean;
  /** A frame with Ethernet and IP headers and `size` bytes of room. */
  frame(proto: number, size: number): Uint8Array;
  send(frame: Uint8Array): void;
}
