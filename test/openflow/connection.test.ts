import { beforeEach, describe, expect, it } from 'vitest';
import { OFPBRC, OFPET } from '../../openflow/index.ts';
import { type Bench, hex, useBenches } from './connection/bench.ts';
import { settle } from './pair.ts';

const bench = useBenches();

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
