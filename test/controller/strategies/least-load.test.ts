import { describe, expect, it } from 'vitest';
import { leastLoad } from '../../../controller/strategies/least-load.ts';
import { connectionOf, equalServers, serversOf, TestPool, type TestServer } from './pool.ts';

const context = { now: 0, random: () => 0.5 };

function measured(
  strategy: ReturnType<typeof leastLoad<TestServer>>,
  server: TestServer,
  bytesPerSecond: number,
  connections: number,
): void {
  server.bytesPerSecond = bytesPerSecond;
  server.connections = connections;
  strategy.update!(server);
}

function picks(strategy: ReturnType<typeof leastLoad<TestServer>>, servers: readonly TestServer[], count: number): TestServer[] {
  return Array.from({ length: count }, () => {
    const { candidate } = strategy.pick(connectionOf(1), servers, context)!;
    candidate.connections += 1;
    strategy.update!(candidate);
    return candidate;
  });
}

describe('least load', () => {
  it('goes to the server that moves the fewest bytes for its weight', () => {
    const strategy = leastLoad<TestServer>();
    const servers = serversOf(1, 1, 4);
    [3000, 2000, 4000].forEach((bytes, i) => {
      measured(strategy, servers[i]!, bytes, 1);
    });
    expect(picks(strategy, servers, 1)).toEqual([servers[2]]);
  });

  it('does not send all to the server that was idle at the last measurement: only until it is expected to move as much', () => {
    const strategy = leastLoad<TestServer>();
    const servers = equalServers(3);
    strategy.pick(connectionOf(1), servers, context);
    measured(strategy, servers[0]!, 10_000, 10);
    measured(strategy, servers[1]!, 10_000, 10);
    measured(strategy, servers[2]!, 0, 0);
    const placed = picks(strategy, servers, 60);
    expect(placed.slice(0, 10).every(server => server === servers[2])).toBe(true);
    const last = placed.slice(-30);
    for (const server of servers) expect(last.filter(each => each === server).length).toBeGreaterThanOrEqual(8);
  });

  it('expects less and less as measurements come in, and nothing when the connections are over', () => {
    const start = () => {
      const strategy = leastLoad<TestServer>();
      const servers = equalServers(2);
      strategy.pick(connectionOf(1), servers, context);
      measured(strategy, servers[0]!, 1000, 2);
      measured(strategy, servers[1]!, 0, 0);
      const [busy, idle] = servers as [TestServer, TestServer];
      // each is taken to move 500 bytes per second at first, and less as there are more
      expect(picks(strategy, servers, 5)).toEqual([idle, idle, idle, busy, idle]);
      return { strategy, servers, idle };
    };
    const small = start();
    for (const bytes of [10, 11]) measured(small.strategy, small.idle, bytes, 3);
    expect(picks(small.strategy, small.servers, 1)).toEqual([small.idle]);
    const over = start();
    measured(over.strategy, over.idle, 0, 0);
    expect(picks(over.strategy, over.servers, 1)).toEqual([over.idle]);
  });

  it('evens out what connections of very different size move', () => {
    const servers = equalServers(4);
    const pool = new TestPool(leastLoad<TestServer>(), { living: 200 });
    servers[0]!.connections = 0;
    pool.connect(5000, servers);
    const moving = servers.map(({ connections }) => connections);
    expect(Math.max(...moving) - Math.min(...moving)).toBeLessThan(15);
  });
});
