import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Closed,
  Connection,
  type ConnectionOptions,
  decode,
  encode,
  Framer,
  type Message,
  type MessageInput,
  OFPBRC,
  OFPET,
  OFPMPF_REPLY,
  RequestFailed,
  RequestRefused,
  VersionMismatch,
} from '../../openflow/index.ts';
import { duplexPair, settle, TestClock } from './pair.ts';

/** A connection with a bare socket as its peer: what it sends is read by a framer, what the test writes are bytes. */
class Bench {
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

const HELLO: MessageInput = { type: 'hello', elements: [{ type: 'versionBitmap', bitmaps: [0x10] }] };
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const benches: Bench[] = [];
const bench = (options?: ConnectionOptions): Bench => {
  const made = new Bench(options);
  benches.push(made);
  return made;
};

afterEach(() => {
  for (const { connection, peer } of benches.splice(0)) {
    connection.close();
    peer.destroy();
    connection.socket.destroy();
  }
});

describe('version negotiation', () => {
  it('sends HELLO with a bitmap first', async () => {
    const b = bench();
    await settle();
    expect(b.received).toEqual([{ ...HELLO, xid: 1 }]);
  });

  const accepted = [
    ['a HELLO 1.3 with bitmap', '04 00 0010 00000001 0001 0008 00000010'],
    ['a HELLO 1.3 without bitmap', '04 00 0008 00000001'],
    ['a HELLO 1.5 with 1.3 in its bitmap', '06 00 0010 00000001 0001 0008 00000052'],
    ['a HELLO 1.5 without bitmap: the smaller version counts', '06 00 0008 00000001'],
    ['a HELLO 1.0 with 1.3 in its bitmap', '01 00 0010 00000001 0001 0008 00000012'],
    ['unknown elements', '04 00 0018 00000001 0009 0008 00000000 0001 0008 00000010'],
  ] as const;
  it.each(accepted)('is ready after %s', async (_title, bytes) => {
    const b = bench();
    await b.say(hex(bytes));
    expect(b.connection.ready).toBe(true);
  });

  const refused = [
    ['a HELLO 1.0 without bitmap', '01 00 0008 00000001', [1]],
    ['a HELLO 1.4 without 1.3 in its bitmap', '05 00 0010 00000001 0001 0008 00000020', [5]],
    ['a HELLO 1.5 with only 1.0 and 1.5', '06 00 0010 00000001 0001 0008 00000042', [1, 6]],
  ] as const;
  it.each(refused)('refuses %s with HELLO_FAILED and says which versions the peer has', async (_title, bytes, versions) => {
    const b = bench();
    const raw: Buffer[] = [];
    b.peer.on('data', chunk => raw.push(chunk));
    await b.say(hex(bytes));
    expect(b.reason).toBeInstanceOf(VersionMismatch);
    expect((b.reason as VersionMismatch).peerVersions).toEqual(versions);
    const error = Buffer.concat(raw).subarray(16);
    expect(error[0]).toBe(Math.min(hex(bytes)[0]!, 4));
    expect(error.subarray(1, 2).toString('hex')).toBe('01');
    expect(error.subarray(8, 12).toString('hex')).toBe('00000000');
    expect(error.subarray(12).toString()).toMatch(/1\.3/);
  });

  it('closes when the peer refuses our HELLO, with the version of its answer', async () => {
    const b = bench();
    await b.say(hex('01 01 0014 00000001 0000 0000 6e6f20312e330000'));
    expect(b.reason).toBeInstanceOf(VersionMismatch);
    expect(b.reason?.message).toBe('the peer offers OpenFlow 1.0, not 1.3 (it says: no 1.3)');
  });

  it('closes after five seconds without HELLO', async () => {
    const b = bench();
    b.clock.advance(4_999);
    expect(b.reason).toBeUndefined();
    b.clock.advance(1);
    expect(b.reason?.code).toBe('handshake');
  });

  it('acts on nothing before HELLO', async () => {
    const b = bench();
    await b.say({ type: 'packetIn', totalLen: 0, reason: 0, tableId: 0 });
    expect(b.reason?.code).toBe('handshake');
    expect(b.messages).toEqual([]);
  });

  it('never loops on an element of length zero', async () => {
    const b = bench();
    await b.say(hex('04000010 00001234 00010000 00000010'));
    expect(b.reason?.code).toBe('malformed');
  });

  it('closes when a second HELLO no longer agrees, and takes one that does', async () => {
    const b = await bench().greet();
    await b.say(HELLO);
    expect(b.connection.ready).toBe(true);
    await b.say(hex('01 00 0008 00000001'));
    expect(b.reason?.code).toBe('version');
  });
});

describe('sending', () => {
  it('joins all messages of one turn into one write, each with its own xid', async () => {
    const b = await bench().greet();
    const before = b.writes;
    const xids = [1, 2, 3].map(() => b.connection.send({ type: 'barrierRequest' }));
    await settle();
    expect(b.writes - before).toBe(1);
    expect(b.received.map(message => message.xid)).toEqual(xids);
    expect(new Set(xids).size).toBe(3);
  });

  it('keeps the xid of an answer', async () => {
    const b = await bench({ role: 'switch' }).greet();
    expect(b.connection.send({ type: 'barrierReply', xid: 77 })).toBe(77);
    await settle();
    expect(b.received).toEqual([{ type: 'barrierReply', xid: 77 }]);
  });

  it('leaves the other messages of the turn alone when one cannot be encoded', async () => {
    const b = await bench().greet();
    b.connection.send({ type: 'barrierRequest' });
    expect(() => b.connection.send({ type: 'echoRequest', data: new Uint8Array(70_000) })).toThrow(/16-bit/);
    b.connection.send({ type: 'getConfigRequest' });
    await settle();
    expect(b.received.map(message => message.type)).toEqual(['barrierRequest', 'getConfigRequest']);
  });

  it('closes when the peer does not read and too much waits', async () => {
    const b = await bench({ maxUnsentBytes: 200_000 }).greet();
    b.peer.pause();
    for (let i = 0; i < 8; i++) b.connection.send({ type: 'echoRequest', data: new Uint8Array(30_000) });
    expect(b.reason?.code).toBe('unread');
  });

  it('says when it is congested and when that is over', async () => {
    const b = await bench().greet();
    b.peer.pause();
    let drained = false;
    b.connection.on('drain', () => {
      drained = true;
    });
    for (let i = 0; i < 8; i++) b.connection.send({ type: 'echoRequest', data: new Uint8Array(30_000) });
    expect(b.connection.congested).toBe(true);
    await settle();
    b.peer.resume();
    await settle(20);
    expect(drained).toBe(true);
    expect(b.connection.congested).toBe(false);
  });
});

describe('requests', () => {
  it('give the answer of the same xid', async () => {
    const b = await bench().greet();
    const reply = b.connection.request({ type: 'getConfigRequest' });
    await settle();
    await b.say({ type: 'getConfigReply', xid: b.received[0]!.xid, missSendLen: 128 });
    expect(await reply).toMatchObject({ type: 'getConfigReply', missSendLen: 128 });
    expect(b.messages).toEqual([]);
  });

  it('join the parts of a multipart reply', async () => {
    const b = await bench().greet();
    const reply = b.connection.request({ type: 'multipartRequest', kind: 'table' });
    await settle();
    const { xid } = b.received[0]!;
    const row = (tableId: number) => ({ tableId, activeCount: 1, lookupCount: 2n, matchedCount: 3n });
    await b.say(
      { type: 'multipartReply', xid, kind: 'table', flags: OFPMPF_REPLY.MORE, body: [row(0), row(1)] },
      { type: 'multipartReply', xid, kind: 'table', flags: OFPMPF_REPLY.MORE, body: [] },
      { type: 'multipartReply', xid, kind: 'table', body: [row(2)] },
    );
    expect((await reply).body.map(table => table.tableId)).toEqual([0, 1, 2]);
  });

  it('are rejected by an error with their xid', async () => {
    const b = await bench().greet();
    const reply = b.connection.barrier();
    reply.catch(() => undefined);
    await settle();
    await b.say({ type: 'error', xid: b.received[0]!.xid, errType: OFPET.BAD_REQUEST, code: OFPBRC.BAD_TYPE });
    await expect(reply).rejects.toThrow(RequestRefused);
    await expect(reply).rejects.toThrow('barrierRequest was refused: OFPBRC_BAD_TYPE');
  });

  it('are rejected after their deadline', async () => {
    const b = await bench().greet();
    const reply = b.connection.request({ type: 'getConfigRequest' }, { timeoutMs: 300 });
    reply.catch(() => undefined);
    b.clock.advance(300);
    await expect(reply).rejects.toThrow(RequestFailed);
    expect(b.connection.outstanding).toBe(0);
  });

  it('are rejected when the connection ends', async () => {
    const b = await bench().greet();
    const reply = b.connection.barrier();
    reply.catch(() => undefined);
    b.peer.end();
    await settle();
    await expect(reply).rejects.toMatchObject({ code: 'peer' });
  });

  it('are refused when too many wait', async () => {
    const b = await bench({ maxRequests: 2 }).greet();
    for (let i = 0; i < 2; i++) b.connection.barrier().catch(() => undefined);
    await expect(b.connection.barrier()).rejects.toThrow(RequestFailed);
  });

  it('are rejected when an endless reply passes its limit', async () => {
    const b = await bench({ maxReplyBytes: 1_000 }).greet();
    const reply = b.connection.request({ type: 'multipartRequest', kind: 'table' });
    reply.catch(() => undefined);
    await settle();
    const rows = Array.from({ length: 20 }, () => ({ tableId: 0, activeCount: 1, lookupCount: 2n, matchedCount: 3n }));
    const part: MessageInput = {
      type: 'multipartReply',
      xid: b.received[0]!.xid,
      kind: 'table',
      flags: OFPMPF_REPLY.MORE,
      body: rows,
    };
    await b.say(part, part, part);
    await expect(reply).rejects.toMatchObject({ code: 'too-large' });
  });

  it('are not answered by a message of another type with their xid', async () => {
    const b = await bench().greet();
    const reply = b.connection.barrier();
    await settle();
    const { xid } = b.received[0]!;
    await b.say({ type: 'packetIn', xid, totalLen: 0, reason: 0, tableId: 0 });
    expect(b.messages).toHaveLength(1);
    await b.say({ type: 'barrierReply', xid });
    await reply;
  });
});

describe('bad input', () => {
  it('answers a malformed body with its error, drops it and goes on', async () => {
    const b = await bench().greet();
    await b.say(hex('04 0a 0012 00000099 00000000000000000000'));
    expect(b.received).toMatchObject([{ type: 'error', xid: 0x99, errType: OFPET.BAD_REQUEST, code: OFPBRC.BAD_LEN }]);
    expect(b.errors).toHaveLength(1);
    await b.say({ type: 'packetIn', totalLen: 0, reason: 0, tableId: 0 });
    expect(b.messages).toHaveLength(1);
  });

  const refused = [
    ['another version', '01 0a 0008 00000001', OFPBRC.BAD_VERSION],
    ['an unknown type', '04 63 0008 00000001', OFPBRC.BAD_TYPE],
    ['a message only a controller may send', '04 14 0008 00000001', OFPBRC.BAD_TYPE],
  ] as const;
  it.each(refused)('refuses %s', async (_title, bytes, code) => {
    const b = await bench().greet();
    await b.say(hex(bytes));
    expect(b.received).toMatchObject([{ type: 'error', errType: OFPET.BAD_REQUEST, code }]);
    expect(b.messages).toEqual([]);
    expect(b.connection.ready).toBe(true);
  });

  it('closes on a length that no message has', async () => {
    const b = await bench().greet();
    await b.say(hex('04 0a 0007 00000001 00'));
    expect(b.received).toMatchObject([{ type: 'error', code: OFPBRC.BAD_LEN }]);
    expect(b.reason?.code).toBe('malformed');
  });

  it('closes on a message longer than its limit, before it has come', async () => {
    const b = await bench({ maxMessageLength: 1_000 }).greet();
    await b.say(hex('04 0a ffff 00000001'));
    expect(b.reason?.code).toBe('malformed');
  });

  it('does not answer errors with errors, and sends only so many', async () => {
    const b = await bench({ errorsPerSecond: 3 }).greet();
    await b.say(hex('04 01 000a 00000001 0000'));
    expect(b.received).toEqual([]);
    await b.say(...Array.from({ length: 10 }, () => hex('04 63 0008 00000001')));
    expect(b.received).toHaveLength(3);
    expect(b.connection.suppressedErrors).toBe(7);
    b.clock.advance(1_000);
    await b.say(hex('04 63 0008 00000001'));
    expect(b.received).toHaveLength(4);
  });
});

describe('keep-alive', () => {
  let b: Bench;
  beforeEach(async () => {
    b = await bench({ echoAfterMs: 1_000, echoTimeoutMs: 500 }).greet();
  });

  it('answers echo requests with their data', async () => {
    await b.say({ type: 'echoRequest', xid: 5, data: hex('c0ffee') });
    expect(b.received).toEqual([{ type: 'echoReply', xid: 5, data: hex('c0ffee') }]);
    expect(b.messages).toEqual([]);
  });

  it('probes a silent peer and closes when it stays silent', async () => {
    b.clock.advance(1_000);
    await settle();
    expect(b.received.map(message => message.type)).toEqual(['echoRequest']);
    b.clock.advance(500);
    expect(b.reason?.code).toBe('silent');
    await settle();
  });

  it('leaves no timer behind', async () => {
    b.connection.close();
    b.peer.end();
    await settle();
    expect(b.clock.waiting).toBe(0);
  });

  it('goes on when the peer answers, and does not probe one that talks', async () => {
    b.clock.advance(1_000);
    await settle();
    await b.say({ type: 'echoReply', xid: b.received[0]!.xid });
    b.clock.advance(900);
    await b.say({ type: 'packetIn', totalLen: 0, reason: 0, tableId: 0 });
    b.clock.advance(900);
    await settle();
    expect(b.received).toHaveLength(1);
    expect(b.connection.ready).toBe(true);
  });
});
