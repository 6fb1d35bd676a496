import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Random } from '../../../topologies/embedded/random.ts';
import type { TcpConnection } from '../../../topologies/embedded/tcp/connection.ts';
import { Listening, polite } from './conversation.ts';
import { wire } from './hosts.ts';

interface Side {
  /** Sizes of what is written, and how long after the one before. */
  readonly writes: readonly { readonly bytes: number; readonly afterMs: number }[];
  readonly endAfterMs: number;
}

const side: fc.Arbitrary<Side> = fc.record({
  writes: fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 9000 }), afterMs: fc.nat(400) }), { maxLength: 8 }),
  endAfterMs: fc.nat(1000),
});

const quality = fc.record({
  delayMs: fc.constantFrom(0.05, 5, 40),
  jitterMs: fc.constantFrom(0, 3),
  rate: fc.constantFrom(Number.POSITIVE_INFINITY, 5_000_000),
  queueFrames: fc.constantFrom(20, 1000),
  loss: fc.constantFrom(0, 0.05, 0.3),
  duplicate: fc.constantFrom(0, 0.3),
  reorder: fc.constantFrom(0, 0.3),
  reorderMs: fc.constantFrom(1, 20, 300),
});

/** Nobody gives up, and TIME-WAIT is longer than any lost acknowledgment of the last FIN takes to be asked for again. */
const PATIENT = {
  tcp: { synRetries: 40, synAckRetries: 40, dataRetries: 40, timeWaitMs: 3_600_000 },
  neighbors: { tries: 100 },
};

/** Writes what it is told to and gives everything it will have written. */
function speak(random: Random, { writes, endAfterMs }: Side, clock: { after(ms: number, run: () => void): unknown }) {
  const chunks = writes.map(({ bytes }) => Uint8Array.from({ length: bytes }, () => random.integer(256)));
  const start = (connection: TcpConnection): void => {
    let at = 0;
    for (const [i, { afterMs }] of writes.entries()) {
      at += afterMs;
      clock.after(at, () => connection.write(chunks[i]!));
    }
    clock.after(at + endAfterMs, () => connection.end());
  };
  return { start, all: Buffer.concat(chunks) };
}

describe('TCP over a bad link', () => {
  it('brings every byte both ways, in order and once; then both sides are closed and nothing is left to happen', () => {
    fc.assert(
      fc.property(quality, side, side, fc.nat(1_000_000), (link, one, other, seed) => {
        const net = wire(link, PATIENT, seed);
        const client = speak(net.random.fork('client'), one, net.clock);
        const server = speak(net.random.fork('server'), other, net.clock);
        const hears = new Listening((event, connection) => event === 'connected' && client.start(connection));
        const serves = new Listening();
        net.h2.tcp.listen(80, connection => {
          server.start(connection);
          return serves;
        });
        net.h1.connect(net.h2.ip, 80, hears);
        net.clock.runIdle(1_000_000);
        expect(net.clock.pending).toBe(0);
        expect(Buffer.compare(serves.bytes, client.all)).toBe(0);
        expect(Buffer.compare(hears.bytes, server.all)).toBe(0);
        expect(hears.told).toEqual(['connected', 'end', 'closed']);
        expect(serves.told).toEqual(['end', 'closed']);
        expect([net.h1.tcp.connectionCount, net.h2.tcp.connectionCount]).toEqual([0, 0]);
        if (link.loss === 0 && link.queueFrames === 1000 && link.reorder === 0 && link.duplicate === 0 && link.rate > 5_000_000)
          expect(net.h1.tcp.counters.retransmissions + net.h2.tcp.counters.retransmissions).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('ends on both sides whenever one of them gives up, lets go or dies', () => {
    const fate = fc.constantFrom('abort', 'close', 'crash', 'cut');
    fc.assert(
      fc.property(
        quality,
        side,
        fate,
        fc.boolean(),
        fc.integer({ min: 0, max: 1500 }),
        fc.nat(1_000_000),
        (link, one, how, first, at, seed) => {
          const net = wire(link, { tcp: { dataRetries: 6 } }, seed);
          const client = speak(net.random.fork('client'), one, net.clock);
          const hears = new Listening((event, connection) => event === 'connected' && client.start(connection));
          const serves = new Listening(polite);
          let accepted: TcpConnection | undefined;
          net.h2.tcp.listen(80, connection => {
            accepted = connection;
            return serves;
          });
          const connection = net.h1.connect(net.h2.ip, 80, hears)!;
          net.clock.after(at, () => {
            const victim = first ? connection : accepted;
            if (how === 'abort') victim?.abort();
            else if (how === 'close') victim?.close();
            else if (how === 'crash') (first ? net.h1 : net.h2).crash();
            else net.link.setUp(false);
          });
          net.clock.runIdle(1_000_000);
          // What reached the server is the beginning of what was written, whatever happened.
          expect(client.all.subarray(0, serves.bytes.length).equals(serves.bytes)).toBe(true);
          const left = [...net.h1.tcp.connections, ...net.h2.tcp.connections];
          // A side that has nothing to say does not notice that the other one is gone: TCP has no heartbeat of its own.
          for (const { state, unacknowledged } of left) {
            expect(['ESTABLISHED', 'FIN-WAIT-2', 'CLOSE-WAIT']).toContain(state);
            expect(unacknowledged).toBe(0);
          }
          expect(net.clock.pending).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});
