/** Delimits the text of a line: as a frame of a WebSocket, or by a newline. */
export type LogEncoding = (text: Buffer) => readonly Buffer[];

const TEXT_FRAME = 0x81; // FIN and opcode 1 (RFC 6455, 5.2)
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/**
 * Frames of a server, which are not masked (RFC 6455, 5.1). They are written here and not by `ws`, because the same bytes go to every
 * reader: each frame is built once and costs a reader one write.
 */
export const frames: LogEncoding = text => {
  const { length } = text;
  if (length < LENGTH_16) return [Buffer.of(TEXT_FRAME, length), text];
  const head = Buffer.alloc(length < 0x1_0000 ? 4 : 10, TEXT_FRAME);
  if (length < 0x1_0000) head.writeUInt16BE(length, head.writeUInt8(LENGTH_16, 1));
  else head.writeBigUInt64BE(BigInt(length), head.writeUInt8(LENGTH_64, 1));
  return [head, text];
};

const NEWLINE = Buffer.from('\n');

/** NDJSON. */
export const newlines: LogEncoding = text => [text, NEWLINE];

/** Several texts, encoded into one buffer. */
export function packed(texts: readonly Buffer[], encode: LogEncoding): Buffer {
  return Buffer.concat(texts.flatMap(encode));
}
