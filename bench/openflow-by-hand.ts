import type { Message } from '../openflow/index.ts';

/** A packet-in read at fixed offsets, for one that matches in_port alone: the same object as `decode` gives. */
export function packetInByHand(frame: Uint8Array): Message {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 42 || view.getUint16(2) !== frame.length || frame[0] !== 4 || frame[1] !== 10)
    throw new Error('no packet-in');
  if (view.getUint16(24) !== 1 || view.getUint16(26) !== 12 || view.getUint32(28) !== 0x80000004)
    throw new Error('another match');
  return {
    type: 'packetIn',
    xid: view.getUint32(4),
    bufferId: view.getUint32(8),
    totalLen: view.getUint16(12),
    reason: frame[14]!,
    tableId: frame[15]!,
    cookie: view.getBigUint64(16),
    match: { inPort: view.getUint32(32) },
    data: frame.slice(42),
  };
}
