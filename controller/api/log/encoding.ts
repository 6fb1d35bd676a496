/** How lines are delimited: as text frames of a WebSocket, or by newlines. */
export interface LogEncoding {
  /** Framing bytes for a text of a length. */
  readonly overhead: (length: number) => number;
  /** Writes a text with its framing; returns the offset after it. */
  readonly put: (text: Buffer, into: Buffer, at: number) => number;
}

const TEXT_FRAME = 0x81; // FIN and opcode 1 (RFC 6455, 5.2)
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/**
 * Frames of a server, which are not masked (RFC 6455, 5.1). They are written here and not by `ws`, because the same bytes go to every
 * reader: each frame is built once and costs a reader one write.
 */
export const frames: LogEncoding = {
  overhead: length => (length < LENGTH_16 ? 2 : length < 0x1_0000 ? 4 : 10),
  put(text, into, at) {
    let next = into.writeUInt8(TEXT_FRAME, at);
    if (text.length < LENGTH_16) next = into.writeUInt8(text.length, next);
    else if (text.length < 0x1_0000) next = into.writeUInt16BE(text.length, into.writeUInt8(LENGTH_16, next));
    else next = into.writeBigUInt64BE(BigInt(text.length), into.writeUInt8(LENGTH_64, next));
    return next + text.copy(into, next);
  },
};

const NEWLINE = 0x0a;

/** NDJSON. */
export const newlines: LogEncoding = {
  overhead: () => 1,
  put: (text, into, at) => into.writeUInt8(NEWLINE, at + text.copy(into, at)),
};

/** Several texts, encoded into one buffer. */
export function packed(texts: readonly Buffer[], { overhead, put }: LogEncoding): Buffer {
  const size = texts.reduce((sum, { length }) => sum + overhead(length) + length, 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const text of texts) at = put(text, bytes, at);
  return bytes;
}
