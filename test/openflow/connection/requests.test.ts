import { describe, expect, it } from 'vitest';
import { type MessageInput, OFPBRC, OFPET, OFPMPF_REPLY, RequestFailed, RequestRefused } from '../../../openflow/index.ts';
import { settle } from '../pair.ts';
import { useBenches } from './bench.ts';

const bench = useBenches();

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
