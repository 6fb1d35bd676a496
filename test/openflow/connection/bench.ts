import type { Duplex } from 'node:stream';
import { afterEach } from 'vitest';
import {
  type Closed,
  Connection,
  type ConnectionOptions,
  decode,
  encode,
  Framer,
  type Message,
  type MessageInput,
} from '../../../openflow/index.ts';
import { duplexPair, settle, TestClock } from '../pair.ts';

/** A connection with a bare socket as its peer: what it sends is read by a framer, what the test writes are bytes. */
export class Bench {
  readonly clock = new TestClock();
  readonly connection: Connection;
  readonly peer: Duplex;
  readonly received: Message[] = [];
  readonly messages: Message[] = [];
  readonly errors: Error[] = [];
  writes = 0;
  reason: Closed | undefined;

  constructor(options: ConnectionOptions = {}) {
    const [near, far] = duplexPair();
    this.peer = far;
    const framer = new Framer();
    far.on('data', chunk => {
      this.writes++;
      for (const frame of framer.push(chunk)) if (frame[0] === 4) this.received.push(decode(frame));
    });
    this.connection = new Connection(near, { clock: this.clock, ...options });
    this.connection.on('message', message => this.messages.push(message));
    this.connection.on('error', error => this.errors.push(error));
    this.connection.on('close', reason => {
      this.reason = reason;
    });
  }

  async say(...messages: (MessageInput | Uint8Array)[]): Promise<void> {
    for (const message of messages) this.peer.write(message instanceof Uint8Array ? message : encode(message));
    await settle();
  }

  async greet(): Promise<this> {
    await this.say(HELLO);
    this.received.length = 0;
    return this;
  }
}

export const HELLO: MessageInput = { type: 'hello', elements: [{ type: 'versionBitmap', bitmaps: [0x10] }] };
export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
/** Makes connections that end with the test that made them. */
export function useBenches(): (options?: ConnectionOptions) => Bench {
  const benches: Bench[] = [];
  afterEach(() => {
    for (const { connection, peer } of benches.splice(0)) {
      connection.close();
      peer.destroy();
      connection.socket.destroy();
    }
  });
  return options => {
    const made = new Bench(options);
    benches.push(made);
    return made;
  };
}
