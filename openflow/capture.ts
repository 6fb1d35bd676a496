import { hexBytes } from './capture/hex-text.ts';
import { jsonOf } from './capture/json.ts';
import { CaptureError, framesOf, isCapture } from './capture/pcap.ts';
import { type Segment, segmentOf } from './capture/segment.ts';
import { TcpStream } from './capture/tcp-stream.ts';
import { decode, headerOf, type Message } from './codec.ts';
import { describe } from './describe.ts';
import { Framer } from './framer.ts';
import { DecodeError } from './wire/errors.ts';

export { CaptureError, jsonOf };

/** One message that was found, or what is wrong at its place. */
export interface Captured {
  /** Milliseconds since 1970, when the capture tells. */
  readonly time?: number;
  readonly from?: string;
  readonly to?: string;
  readonly frame: Uint8Array;
  readonly message?: Message;
  readonly error?: DecodeError;
}

/** Which TCP ports are OpenFlow's: 6653, and 6633 from before it had one. */
export const CAPTURE_PORTS: readonly number[] = [6653, 6633];

/** The messages in hex text, a raw stream of messages, or a pcap or pcapng file. Throws `CaptureError` for anything else. */
export function messagesIn(input: Uint8Array | string, ports: readonly number[] = CAPTURE_PORTS): Generator<Captured> {
  if (typeof input === 'string') return messagesInText(input);
  if (isCapture(input)) return messagesInCapture(input, ports);
  const text = textOf(input);
  return text !== undefined && hexBytes(text) !== undefined
    ? messagesInText(text)
    : messagesInStream(input, 'a stream of OpenFlow messages');
}

function textOf(input: Uint8Array): string | undefined {
  const printable = input.every(byte => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
  return printable ? new TextDecoder().decode(input) : undefined;
}

function messagesInText(text: string): Generator<Captured> {
  const bytes = hexBytes(text);
  if (bytes === undefined) throw new CaptureError('the text holds something that is not hex');
  return messagesInStream(bytes, 'the hex of OpenFlow messages');
}

function* messagesInStream(bytes: Uint8Array, what: string): Generator<Captured> {
  const framer = new Framer();
  let frames: Uint8Array[];
  try {
    frames = framer.push(bytes);
  } catch (error) {
    throw new CaptureError(`this is not ${what}: ${(error as Error).message}`);
  }
  if (frames.length === 0) throw new CaptureError(`this is not ${what}: it ends inside the first message`);
  for (const frame of frames) yield captured(frame);
  const used = frames.reduce((sum, frame) => sum + frame.length, 0);
  if (used < bytes.length)
    yield broken(
      bytes.subarray(used),
      framer.broken ?? new DecodeError('TRUNCATED', bytes.length - used, 'the message is cut off'),
    );
}

interface Direction {
  readonly stream: TcpStream;
  framer: Framer;
}

function* messagesInCapture(file: Uint8Array, ports: readonly number[]): Generator<Captured> {
  const directions = new Map<string, Direction>();
  for (const frame of framesOf(file)) {
    const segment = segmentOf(frame);
    if (segment?.ports.some(port => ports.includes(port))) yield* messagesInSegment(segment, directions);
  }
}

function* messagesInSegment(segment: Segment, directions: Map<string, Direction>): Generator<Captured> {
  const { time, from, to } = segment;
  const key = `${from}>${to}`;
  const direction = directions.get(key) ?? { stream: new TcpStream(), framer: new Framer() };
  directions.set(key, direction);
  if (segment.syn) direction.framer = new Framer();
  for (const payload of direction.stream.push(segment)) {
    if (direction.framer.broken !== undefined) continue; // nothing more can be found in this direction
    try {
      for (const frame of direction.framer.push(payload)) yield { time, from, to, ...captured(frame) };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
    if (direction.framer.broken !== undefined) yield { time, from, to, ...broken(payload, direction.framer.broken) };
  }
}

function captured(frame: Uint8Array): Captured {
  try {
    return { frame, message: decode(frame) };
  } catch (error) {
    if (error instanceof DecodeError) return broken(frame, error);
    throw error;
  }
}

function broken(frame: Uint8Array, error: DecodeError): Captured {
  return { frame, error };
}

/** A captured message on one line, in the style of `ovs-ofctl ofp-print`. */
export function captureLine({ time, from, to, frame, message, error }: Captured): string {
  const place = [time === undefined ? '' : new Date(time).toISOString(), from === undefined ? '' : `${from} > ${to}`];
  const text = message === undefined ? brokenText(frame, error!) : describe(message);
  return [...place, text].filter(part => part !== '').join(' ');
}

function brokenText(frame: Uint8Array, error: DecodeError): string {
  const { version, xid } = frame.length >= 8 ? headerOf(frame) : { version: 0, xid: 0 };
  return `***decode error: ${error.code} ${error.message}*** (version 0x${version.toString(16).padStart(2, '0')}) (xid=0x${xid.toString(16)})`;
}

/** A captured message as one JSON object. */
export function captureJson({ time, from, to, frame, message, error }: Captured): string {
  const place = {
    ...(time === undefined ? {} : { time: new Date(time).toISOString() }),
    ...(from === undefined ? {} : { from, to }),
  };
  if (message !== undefined) return jsonOf({ ...place, ...message });
  return jsonOf({
    ...place,
    type: 'malformed',
    code: error!.code,
    path: error!.path,
    offset: error!.offset,
    message: error!.message,
    frame,
  });
}
