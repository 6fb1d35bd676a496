/** One captured frame. */
export interface PcapFrame {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly linkType: number;
  readonly bytes: Uint8Array;
}

/** A capture file that cannot be read. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

const PCAPNG = 0x0a0d0d0a;
/** Magic numbers of pcap by the byte order and unit of time they tell. */
const PCAP: Readonly<Record<number, readonly [little: boolean, ticksPerMs: number]>> = {
  2712847316: [false, 1e3],
  3569595041: [true, 1e3],
  2712812621: [false, 1e6],
  1295823521: [true, 1e6],
};

/** Whether bytes begin like a capture file. */
export function isCapture(file: Uint8Array): boolean {
  if (file.length < 24) return false;
  const magic = viewOf(file).getUint32(0);
  return magic === PCAPNG || PCAP[magic] !== undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The frames of a pcap or pcapng file. A file that is cut off gives what is whole. */
export function framesOf(file: Uint8Array): Generator<PcapFrame> {
  if (!isCapture(file)) throw new CaptureError('neither pcap nor pcapng');
  const magic = viewOf(file).getUint32(0);
  return magic === PCAPNG ? pcapngFrames(file) : pcapFrames(file, ...PCAP[magic]!);
}

function* pcapFrames(file: Uint8Array, little: boolean, ticksPerMs: number): Generator<PcapFrame> {
  const view = viewOf(file);
  const linkType = view.getUint32(20, little) & 0xffff;
  for (let at = 24; at + 16 <= file.length; ) {
    const time = view.getUint32(at, little) * 1e3 + view.getUint32(at + 4, little) / ticksPerMs;
    const length = view.getUint32(at + 8, little);
    if (at + 16 + length > file.length) return;
    yield { time, linkType, bytes: file.subarray(at + 16, at + 16 + length) };
    at += 16 + length;
  }
}

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

interface Interface {
  readonly linkType: number;
  readonly ticksPerMs: number;
}

function* pcapngFrames(file: Uint8Array): Generator<PcapFrame> {
  const view = viewOf(file);
  let little = false;
  let interfaces: Interface[] = [];
  for (let at = 0; at + 12 <= file.length; ) {
    if (view.getUint32(at) === SECTION) {
      little = view.getUint32(at + 8) !== 0x1a2b3c4d;
      interfaces = [];
    }
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    if (length < 12 || length % 4 !== 0 || at + length > file.length) return;
    if (type === INTERFACE && length >= 20) interfaces.push(interfaceAt(view, at, at + length - 4, little));
    const found = interfaces[type === ENHANCED_PACKET && length >= 32 ? view.getUint32(at + 8, little) : 0];
    if (type === ENHANCED_PACKET && length >= 32 && found !== undefined) {
      const ticks = view.getUint32(at + 12, little) * 2 ** 32 + view.getUint32(at + 16, little);
      const captured = Math.min(view.getUint32(at + 20, little), length - 32);
      yield { time: ticks / found.ticksPerMs, linkType: found.linkType, bytes: file.subarray(at + 28, at + 28 + captured) };
    } else if (type === SIMPLE_PACKET && length >= 16 && found !== undefined) {
      const captured = Math.min(view.getUint32(at + 8, little), length - 16);
      yield { time: 0, linkType: found.linkType, bytes: file.subarray(at + 12, at + 12 + captured) };
    }
    at += length;
  }
}

const IF_TSRESOL = 9;

function interfaceAt(view: DataView, start: number, end: number, little: boolean): Interface {
  let ticksPerMs = 1e3;
  for (let at = start + 16; at + 4 <= end; ) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === 0) break;
    if (code === IF_TSRESOL && length === 1 && at + 5 <= end) {
      const unit = view.getUint8(at + 4);
      ticksPerMs = (unit & 0x80 ? 2 ** (unit & 0x7f) : 10 ** unit) / 1e3;
    }
    at += 4 + ((length + 3) & ~3);
  }
  return { linkType: view.getUint16(start + 8, little), ticksPerMs };
}
