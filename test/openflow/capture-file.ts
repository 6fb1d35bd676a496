/** Writes capture files, for tests and for judges that read them. */

export interface Sent {
  readonly fromSwitch: boolean;
  readonly payload: Uint8Array;
  /** Relative sequence number; the next in order when absent. */
  readonly seq?: number;
}

const SWITCH_PORT = 40_000;
const CONTROLLER_PORT = 6653;

function frame(sent: Sent, seq: number): Uint8Array {
  const { fromSwitch, payload } = sent;
  const bytes = new Uint8Array(14 + 20 + 20 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, 0x0800);
  bytes.set([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0], 14);
  view.setUint16(16, 40 + payload.length);
  bytes.set(fromSwitch ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1], 26);
  view.setUint16(34, fromSwitch ? SWITCH_PORT : CONTROLLER_PORT);
  view.setUint16(36, fromSwitch ? CONTROLLER_PORT : SWITCH_PORT);
  view.setUint32(38, seq);
  bytes.set([0x50, 0x18, 0xff, 0xff], 46);
  bytes.set(payload, 54);
  return bytes;
}

/** A pcap file of Ethernet frames with these TCP payloads. */
export function pcapOf(sends: readonly Sent[]): Uint8Array {
  const next = { true: 1000, false: 5000 };
  const parts: Uint8Array[] = [
    Uint8Array.from([0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 1]),
  ];
  sends.forEach((sent, i) => {
    const key = `${sent.fromSwitch}` as 'true' | 'false';
    const bytes = frame(sent, sent.seq === undefined ? next[key] : sent.seq + (sent.fromSwitch ? 1000 : 5000));
    if (sent.seq === undefined) next[key] += sent.payload.length;
    const head = new DataView(new ArrayBuffer(16));
    head.setUint32(0, 1_700_000_000);
    head.setUint32(4, i * 1000);
    head.setUint32(8, bytes.length);
    head.setUint32(12, bytes.length);
    parts.push(new Uint8Array(head.buffer), bytes);
  });
  return Uint8Array.from(Buffer.concat(parts));
}
