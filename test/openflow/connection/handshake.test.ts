import { describe, expect, it } from 'vitest';
import { VersionMismatch } from '../../../openflow/index.ts';
import { settle } from '../pair.ts';
import { HELLO, hex, useBenches } from './bench.ts';

const bench = useBenches();

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
