import { describe, expect, it } from 'vitest';
import { boundedLoadHash } from '../../../controller/strategies/bounded-load-hash.ts';
import { connectionHash } from '../../../controller/strategies/connection-hash.ts';
import { hash } from '../../../controller/strategies/hash.ts';
import { absorb, finish } from '../../../controller/strategies/murmur.ts';
import type { Strategy } from '../../../controller/strategies/strategy.ts';
import { connectionOf, equalServers, serversOf, TestPool, type TestServer } from './pool.ts';

const context = { now: 0, random: () => 0.5 };
const CLIENTS = 20_000;

/** Where so many clients go. */
function homes(strategy: Strategy<TestServer>, servers: readonly TestServer[]): TestServer[] {
  return Array.from({ length: CLIENTS }, (_, client) => strategy.pick(connectionOf(client), servers, context)!.candidate);
}

describe('the hash of a connection', () => {
  it.each([
    ['nothing', [], 1, 0x514e28b7],
    ['"test"', [0x74736574], 0, 0xba6bd213],
    ['"aaaa"', [0x61616161], 0x9747b28c, 0x5a97808a],
  ])('is MurmurHash3: of %s', (_what, blocks, seed, expected) => {
    expect(finish(blocks.reduce(absorb, seed), blocks.length)).toBe(expected);
  });

  it('is the same in each process', () => {
    expect(connectionHash(connectionOf(1, 40_000), 'client-ip')).toMatchInlineSnapshot(`4035467258`);
    expect(connectionHash(connectionOf(1, 40_000), '5-tuple')).toMatchInlineSnapshot(`270945847`);
  });

  it('is of what it says, and of all of that', () => {
    const one = connectionOf(1, 40_000);
    const others = [{ clientPort: 40_001 }, { vip: '192.0.2.2' }, { port: 81 }, { protocol: 'udp' as const }].map(each => ({
      ...one,
      ...each,
    }));
    for (const other of others) {
      expect(connectionHash(other, 'client-ip')).toBe(connectionHash(one, 'client-ip'));
      expect(connectionHash(other, '5-tuple')).not.toBe(connectionHash(one, '5-tuple'));
    }
    expect(connectionHash({ ...one, clientIp: '10.0.0.2' }, 'client-ip')).not.toBe(connectionHash(one, 'client-ip'));
  });

  it('spreads addresses and ports that follow each other: chi-square over 64 slots', () => {
    const chiSquare = (hashes: readonly number[]): number => {
      const counts = new Array<number>(64).fill(0);
      for (const each of hashes) counts[each % 64]! += 1;
      const due = hashes.length / 64;
      return counts.reduce((sum, count) => sum + (count - due) ** 2 / due, 0);
    };
    const numbers = Array.from({ length: 6400 }, (_, i) => i);
    // 63 degrees of freedom: above 104 in 1 of 1000
    expect(chiSquare(numbers.map(i => connectionHash(connectionOf(i, 1), 'client-ip')))).toBeLessThan(104);
    expect(chiSquare(numbers.map(i => connectionHash(connectionOf(1, 40_000 + i), '5-tuple')))).toBeLessThan(104);
  });
});

describe('hash', () => {
  it('keeps a client at its server, with another strategy of the same kind as well', () => {
    const servers = equalServers(10);
    expect(homes(hash({ by: 'client-ip' }), servers)).toEqual(homes(hash({ by: 'client-ip' }), [...servers].reverse()));
  });

  it('spreads the connections of one client when it goes by the 5-tuple', () => {
    const strategy = hash<TestServer>({ by: '5-tuple' });
    const servers = equalServers(4);
    const names = Array.from(
      { length: 200 },
      (_, port) => strategy.pick(connectionOf(1, 40_000 + port), servers, context)!.candidate.name,
    );
    expect(new Set(names).size).toBe(4);
  });

  it('moves one part of n of the clients when a server comes, and no others but a few when it goes again', () => {
    const strategy = hash<TestServer>({ by: 'client-ip' });
    const servers = equalServers(10);
    const [nine, ten] = [homes(strategy, servers.slice(0, 9)), homes(strategy, servers)];
    const toNew = ten.filter(home => home === servers[9]).length;
    const moved = nine.filter((home, client) => home !== ten[client]).length;
    expect(Math.abs(toNew / CLIENTS - 0.1)).toBeLessThan(0.01);
    expect((moved - toNew) / CLIENTS).toBeLessThan(0.02);
    expect(homes(strategy, servers.slice(0, 9))).toEqual(nine);
  });
});

describe('bounded-load hash', () => {
  const options = { by: 'client-ip', factor: 1.25 } as const;

  it('is the hash as long as no server has its bound', () => {
    const servers = equalServers(5);
    for (const server of servers) server.connections = 100;
    expect(homes(boundedLoadHash(options), servers)).toEqual(homes(hash({ by: 'client-ip' }), servers));
  });

  it('never takes a server above its bound, however few clients there are', () => {
    const servers = serversOf(1, 2, 1);
    const strategy = boundedLoadHash<TestServer>(options);
    for (let i = 1; i <= 1000; i++) {
      const { candidate } = strategy.pick(connectionOf(7), servers, context)!;
      candidate.connections += 1;
      strategy.update!(candidate);
      for (const { connections, weight } of servers) expect(connections).toBeLessThanOrEqual(Math.ceil((1.25 * i * weight) / 4));
    }
    expect(servers.every(({ connections }) => connections > 0)).toBe(true);
  });

  it('lets a client home as soon as there is room again', () => {
    const servers = equalServers(4);
    const strategy = boundedLoadHash<TestServer>(options);
    const home = strategy.pick(connectionOf(7), servers, context)!.candidate;
    const set = (connections: number) => {
      home.connections = connections;
      strategy.update!(home);
    };
    set(50);
    const second = strategy.pick(connectionOf(7), servers, context)!;
    expect(second.candidate).not.toBe(home);
    expect(second.rule).toBe('next in the table below its bound');
    expect(strategy.pick(connectionOf(7), servers, context)!.candidate).toBe(second.candidate);
    set(0);
    expect(strategy.pick(connectionOf(7), servers, context)!.candidate).toBe(home);
  });

  it('keeps most clients at home under even load', () => {
    const servers = equalServers(10);
    const away = new TestPool(boundedLoadHash(options)).connect(CLIENTS, servers);
    const home = homes(hash({ by: 'client-ip' }), servers).map(({ name }) => name);
    expect(away.filter((name, client) => name !== home[client]).length / CLIENTS).toBeLessThan(0.02);
  });
});
