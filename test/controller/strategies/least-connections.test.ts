import { describe, expect, it } from 'vitest';
import { leastConnections } from '../../../controller/strategies/least-connections.ts';
import { roundRobin } from '../../../controller/strategies/round-robin.ts';
import type { Strategy } from '../../../controller/strategies/strategy.ts';
import { weightedLeastConnections } from '../../../controller/strategies/weighted-least-connections.ts';
import { Random } from '../../../topologies/embedded/random.ts';
import { connectionOf, equalServers, serversOf, type TestServer } from './pool.ts';

const context = { now: 0, random: () => 0.5 };

function open(strategy: Strategy<TestServer>, servers: readonly TestServer[]): TestServer {
  const { candidate } = strategy.pick(connectionOf(1), servers, context)!;
  candidate.connections += 1;
  strategy.update?.(candidate);
  return candidate;
}

function close(strategy: Strategy<TestServer>, server: TestServer): void {
  server.connections -= 1;
  strategy.update?.(server);
}

/** Every third connection lives for long; the others close at once. The most and the fewest living connections in the end. */
function mixed(strategy: Strategy<TestServer>, count: number): number {
  const servers = equalServers(3);
  for (let i = 0; i < count; i++) {
    const server = open(strategy, servers);
    if (i % 3 !== 0) close(strategy, server);
  }
  const living = servers.map(({ connections }) => connections);
  return Math.max(...living) - Math.min(...living);
}

describe('least connections', () => {
  it('ends balanced in living connections where long and short ones are mixed, which counting requests does not', () => {
    expect(mixed(leastConnections(), 300)).toBeLessThanOrEqual(1);
    expect(mixed(roundRobin(), 300)).toBe(100);
  });

  it('lets equals take turns, also where each connection is over before the next', () => {
    const servers = equalServers(3);
    const strategy = leastConnections<TestServer>();
    const names = Array.from({ length: 6 }, () => {
      const server = open(strategy, servers);
      close(strategy, server);
      return server.name;
    });
    expect(names).toEqual(['s0', 's1', 's2', 's0', 's1', 's2']);
  });

  it('fills a server that came back empty, and then goes on evenly', () => {
    const servers = equalServers(3);
    const strategy = leastConnections<TestServer>();
    for (let i = 0; i < 20; i++) open(strategy, servers.slice(0, 2));
    for (let i = 0; i < 10; i++) expect(open(strategy, servers)).toBe(servers[2]);
    expect(new Set([1, 2, 3].map(() => open(strategy, servers).name)).size).toBe(3);
  });

  it('sees that many numbers changed between two picks', () => {
    const servers = equalServers(50);
    const strategy = leastConnections<TestServer>();
    const random = new Random('many');
    for (let round = 0; round < 200; round++) {
      for (const server of servers) {
        server.connections = random.integer(1000);
        strategy.update!(server);
      }
      const fewest = Math.min(...servers.map(({ connections }) => connections));
      expect(strategy.pick(connectionOf(round), servers, context)!.candidate.connections).toBe(fewest);
    }
  });
});

describe('weighted least connections', () => {
  it('holds living connections in proportion to the weights', () => {
    const servers = serversOf(1, 2, 5);
    const strategy = weightedLeastConnections<TestServer>();
    for (let i = 0; i < 80; i++) open(strategy, servers);
    expect(servers.map(({ connections }) => connections)).toEqual([10, 20, 50]);
  });

  it('sends the first of all to the largest', () => {
    expect(open(weightedLeastConnections(), serversOf(1, 2, 5)).name).toBe('s2');
  });
});
