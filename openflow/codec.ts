import { writeFlowMod } from './protocol/common-flow-mod.ts';
import { commonPacketIn } from './protocol/common-packet-in.ts';
import { REPLY } from './protocol/errors.ts';
import { OFP_VERSION } from './protocol/hello.ts';
import { MESSAGE_VENDORS, MESSAGES } from './protocol/messages.ts';
import type { AnyCodec, Codec, Flat } from './wire/codec.ts';
import { DecodeError, within } from './wire/errors.ts';
import { Reader } from './wire/reader.ts';
import { Dispatch, type Tagged, type TaggedInput, type Vendor } from './wire/union.ts';
import { Writer } from './wire/writer.ts';

/** The fixed head of every message (7.1): version, type, length, transaction id. */
export const HEADER_LENGTH = 8;
/** The longest message that 16 bits of length can tell. */
export const MAX_MESSAGE_LENGTH = 0xffff;

/** A message of a type that 1.3 does not have; its body is kept. */
export interface UnknownMessage {
  readonly type: 'unknown';
  readonly code: number;
  readonly body: Uint8Array;
}

type Vendors = (typeof MESSAGE_VENDORS)[number];
type VendorBody<V> = V extends Vendor<infer E> ? Tagged<E> : never;
type VendorBodyInput<V> = V extends Vendor<infer E> ? TaggedInput<E> : never;
type Body = Tagged<typeof MESSAGES> | VendorBody<Vendors> | UnknownMessage;
type BodyInput = TaggedInput<typeof MESSAGES> | VendorBodyInput<Vendors> | UnknownMessage;
type WithXid<T> = T extends unknown ? Flat<{ readonly xid: number } & T> : never;
type WithOptionalXid<T> = T extends unknown ? Flat<{ readonly xid?: number | undefined } & T> : never;

/** A decoded message: plain data, told apart by `type`. */
export type Message = WithXid<Body>;
/** A message to encode: fields with a default and the transaction id may be left out. */
export type MessageInput = WithOptionalXid<BodyInput>;
/** The name of a message type. */
export type MessageType = Message['type'];
/** The message of a type: `MessageOf<'packetIn'>`. */
export type MessageOf<T extends MessageType> = Extract<Message, { readonly type: T }>;

const dispatch = new Dispatch(MESSAGES, MESSAGE_VENDORS);

/** What a frame's first eight bytes say. */
export interface Header {
  readonly version: number;
  readonly code: number;
  readonly length: number;
  readonly xid: number;
}

/** Reads a frame's header alone, of any version of OpenFlow. Throws `DecodeError` when it is cut off. */
export function headerOf(frame: Uint8Array): Header {
  const r = new Reader(frame);
  return { version: r.u8(), code: r.u8(), length: r.u16(), xid: r.u32() };
}

/**
 * Decodes one whole message. Throws `DecodeError` and nothing else. A HELLO may have any version, because versions are
 * negotiated by it (6.3.1); everything else has to be OpenFlow 1.3.
 */
export function decode(frame: Uint8Array): Message {
  const r = new Reader(frame);
  let name = '';
  try {
    const version = r.u8();
    const code = r.u8();
    const length = r.u16();
    if (length !== frame.length)
      throw new DecodeError('BAD_LENGTH', 2, `a length of ${length}, the message has ${frame.length} bytes`);
    const xid = r.u32();
    if (version !== OFP_VERSION && !(code === HELLO && version > 0)) {
      throw new DecodeError('BAD_VERSION', 0, `version ${version} is not OpenFlow 1.3 (4)`, REPLY.version);
    }
    if (code === PACKET_IN) {
      const common = commonPacketIn(r, xid);
      if (common !== undefined) return common as Message;
    }
    const member = dispatch.at(code, r);
    if (member === undefined) return { type: 'unknown', xid, code, body: r.rest() };
    name = member.name;
    const message = { type: name, xid };
    member.codec.fill(r, message);
    if (r.pos !== r.end) throw new DecodeError('TRAILING', r.pos, `${r.end - r.pos} bytes are left over`);
    return message as unknown as Message;
  } catch (error) {
    if (error instanceof DecodeError) error.reply ??= REPLY.request;
    throw name === '' ? error : within(error, name);
  }
}

const HELLO = MESSAGES.hello[0];
const PACKET_IN = MESSAGES.packetIn[0];
/** Version and type, the length is put in behind. */
const FLOW_MOD_HEAD = OFP_VERSION * 0x100_0000 + MESSAGES.flowMod[0] * 0x1_0000;
/** Small messages are written side by side into one buffer: an allocation for each would cost a third of its encoding. */
const SLAB_SIZE = 8192;
const SLAB_ROOM = 512;
let slab = new Writer(SLAB_SIZE);
/** The slab's buffer: asking the slab for it each time would cost as much as writing a field. */
let slabBuffer = slab.bytes.buffer;

function nextSlab(): void {
  slab = new Writer(SLAB_SIZE);
  slabBuffer = slab.bytes.buffer;
}

/** Encodes one message. Throws `EncodeError` for a value that has no encoding. */
export function encode(message: MessageInput): Uint8Array {
  if (SLAB_SIZE - slab.pos < SLAB_ROOM) nextSlab();
  const start = slab.pos;
  try {
    encodeInto(slab, message);
  } catch (error) {
    nextSlab();
    throw error;
  }
  const { bytes, pos } = slab;
  if (bytes.length > SLAB_SIZE) {
    nextSlab();
    return bytes.slice(start, pos);
  }
  slab.pos = (pos + 7) & ~7;
  return new Uint8Array(slabBuffer, start, pos - start);
}

/** Appends one message to a writer: several messages in one buffer, without a copy of each. */
export function encodeInto(w: Writer, message: MessageInput): void {
  const start = w.pos;
  w.base = start;
  if (message.type === 'flowMod') {
    w.u32(FLOW_MOD_HEAD);
    w.u32(message.xid ?? 0);
    if (!writeFlowMod(w, message)) writeByTable(w, message);
  } else if (message.type === 'unknown') {
    w.u8(OFP_VERSION);
    w.u8(message.code);
    w.advance(2);
    w.u32(message.xid ?? 0);
    w.put(message.body);
  } else {
    const member = dispatch.named(message.type, 'message');
    w.u8(OFP_VERSION);
    w.u8(member.code);
    w.advance(2);
    w.u32(message.xid ?? 0);
    dispatch.head(w, member);
    writeByTable(w, message);
  }
  w.patchU16(start + 2, w.pos - start);
}

function writeByTable(w: Writer, message: MessageInput): void {
  try {
    (dispatch.named(message.type, 'message').codec as AnyCodec as Codec<unknown>).write(w, message);
  } catch (error) {
    throw within(error, message.type);
  }
}
