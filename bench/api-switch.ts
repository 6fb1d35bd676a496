import { PROBE_MAC, virtualMac } from '../controller/core/virtual-mac.ts';
import { type Connection, connect, type Message, type MessageInput } from '../openflow/index.ts';
import { arpReply } from '../openflow/packet/arp-message.ts';
import { build } from '../openflow/packet/build.ts';
import { TCP } from '../openflow/packet/tcp.ts';

const VIP = '10.0.0.100';
const IPV4 = 0x0800;
const desc = { mfrDesc: 'bench', hwDesc: 'Open vSwitch', swDesc: '1', serialNum: '', dpDesc: '' };

/** A switch that sends first packets of connections, and measures how long it waits for each to come back with its server. */
export class BenchSwitch {
  readonly #connection: Connection;
  /** When each packet left that has not come back; they come back in order. */
  readonly #sent: bigint[] = [];
  /** Milliseconds. */
  waits: number[] = [];
  #count = 0;

  private constructor(connection: Connection) {
    this.#connection = connection;
    connection.on('message', message => this.#onMessage(message));
  }

  static async connect(port: number): Promise<BenchSwitch> {
    return new BenchSwitch(await connect({ host: '127.0.0.1', port }, { role: 'switch' }));
  }

  /** The servers are there. */
  answerProbes(): void {
    for (const n of [1, 2, 3]) {
      const senderMac = `00:00:00:00:00:0${n}`;
      const frame = arpReply({ senderMac, senderIp: `10.0.0.${n}`, targetMac: PROBE_MAC, targetIp: '0.0.0.0' });
      this.#connection.send(packetIn(frame, n));
    }
  }

  /** The next client sends its SYN. */
  open(): void {
    const i = this.#count++;
    const frame = build({
      ethernet: { dst: virtualMac(VIP), src: '00:00:00:00:00:04' },
      ipv4: { src: `10.${1 + (i >> 16)}.${(i >> 8) & 0xff}.${i & 0xff}`, dst: VIP },
      tcp: { srcPort: 1024 + (i % 60_000), dstPort: 80, seq: i, flags: TCP.SYN },
    });
    this.#sent.push(process.hrtime.bigint());
    this.#connection.send(packetIn(frame, 4));
  }

  close(): void {
    this.#connection.close('done');
  }

  #onMessage(message: Message): void {
    if (message.type === 'packetOut') {
      const { data } = message;
      const began = new DataView(data.buffer, data.byteOffset).getUint16(12) === IPV4 ? this.#sent.shift() : undefined;
      if (began !== undefined) this.waits.push(Number(process.hrtime.bigint() - began) / 1e6);
      return;
    }
    const answer = answerOf(message);
    if (answer !== undefined) this.#connection.send(answer);
  }
}

function packetIn(data: Uint8Array, inPort: number): MessageInput {
  return {
    ...{ type: 'packetIn', bufferId: 0xffffffff, totalLen: data.length, reason: 1, tableId: 1, cookie: 0n },
    ...{ match: { inPort }, data },
  };
}

function answerOf(message: Message): MessageInput | undefined {
  const { xid } = message;
  if (message.type === 'featuresRequest')
    return { type: 'featuresReply', xid, datapathId: 1n, nBuffers: 0, nTables: 4, auxiliaryId: 0, capabilities: 0 };
  if (message.type === 'barrierRequest') return { type: 'barrierReply', xid };
  if (message.type !== 'multipartRequest') return undefined;
  if (message.kind === 'desc') return { type: 'multipartReply', xid, kind: 'desc', body: desc };
  if (message.kind === 'portDesc') return { type: 'multipartReply', xid, kind: 'portDesc', body: [] };
  if (message.kind === 'aggregate')
    return { type: 'multipartReply', xid, kind: 'aggregate', body: { packetCount: 0n, byteCount: 0n, flowCount: 0 } };
  return message.kind === 'flow' ? { type: 'multipartReply', xid, kind: 'flow', body: [] } : undefined;
}
