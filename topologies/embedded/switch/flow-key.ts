/** First byte of each header field in a flow key. Values stand there as on the wire, so a field's bytes are its value. */
export const AT = {
  inPort: 0,
  metadata: 4,
  /** Registers 0 to 15, four bytes each. */
  reg: 12,
  pktMark: 76,
  tunnelId: 80,
  actsetOutput: 88,
  ethDst: 92,
  ethSrc: 98,
  ethType: 104,
  /** Bit 12 says that there is a tag. */
  vlanTci: 106,
  /** Of the tag, when there is one; nothing can match it. */
  vlanTpid: 108,
  arpOp: 110,
  ipProto: 112,
  ipTos: 113,
  ipTtl: 114,
  /** Bit 0: a fragment; bit 1: not the first one. */
  ipFrag: 115,
  /** `arpSpa` in an ARP packet. */
  ipv4Src: 116,
  /** `arpTpa` in an ARP packet. */
  ipv4Dst: 120,
  /** A transport port; the ICMP type is its low byte. */
  l4Src: 124,
  /** A transport port; the ICMP code is its low byte. */
  l4Dst: 126,
  tcpFlags: 128,
  /** `ipv6NdSll` in a neighbour message. */
  arpSha: 130,
  /** `ipv6NdTll` in a neighbour message. */
  arpTha: 136,
  ipv6Flabel: 144,
  ipv6Src: 148,
  ipv6Dst: 164,
  ipv6NdTarget: 180,
  /** The tag behind the outer one, once an action pushed a tag in front of it; nothing can match it. */
  innerTci: 196,
  innerTpid: 198,
} as const;

export const KEY_BYTES = 200;
export const KEY_WORDS = KEY_BYTES / 4;
/** The word in which the headers begin: before it stands what belongs to the pipeline. */
const FIRST_HEADER_WORD = AT.ethDst / 4;

/** Bits of the key's `ipFrag`. */
export const FRAG = { ANY: 1, LATER: 2 } as const;
/** The bit of the key's `vlanTci` that says there is a tag (OFPVID_PRESENT). */
export const TAGGED = 0x1000;

/** All fields of a packet, flat: compared and hashed by words, read and written by bytes. */
export class FlowKey {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;

  constructor() {
    const buffer = new ArrayBuffer(KEY_BYTES);
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
  }

  set(from: FlowKey): this {
    this.words.set(from.words);
    return this;
  }

  clear(): void {
    this.words.fill(0);
  }

  u16(at: number): number {
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  u32(at: number): number {
    const b = this.bytes;
    return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
  }

  putU16(at: number, value: number): void {
    this.bytes[at] = value >>> 8;
    this.bytes[at + 1] = value;
  }

  putU32(at: number, value: number): void {
    this.bytes[at] = value >>> 24;
    this.bytes[at + 1] = value >>> 16;
    this.bytes[at + 2] = value >>> 8;
    this.bytes[at + 3] = value;
  }

  /** Whether both have the same headers; registers, metadata and ports are not looked at. */
  sameHeaders(other: FlowKey): boolean {
    for (let i = FIRST_HEADER_WORD; i < KEY_WORDS; i++) if (this.words[i] !== other.words[i]) return false;
    return true;
  }

  /** Whether bytes `[at, at + length)` of both are the same. */
  same(other: FlowKey, at: number, length: number): boolean {
    for (let i = at; i < at + length; i++) if (this.bytes[i] !== other.bytes[i]) return false;
    return true;
  }
}
