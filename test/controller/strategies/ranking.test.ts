import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ranking } from '../../../controller/strategies/ranking.ts';
import { equalServers, type TestServer } from './pool.ts';

const COUNT = 9;

/** The same by looking at all of them. */
class Plain {
  readonly #turns = new Map<TestServer, number>();
  #turn = 0;

  first(servers: readonly TestServer[]): TestServer {
    const turnOf = (server: TestServer) => this.#turns.get(server) ?? 0;
    return servers.toSorted((a, b) => a.connections - b.connections || turnOf(a) - turnOf(b))[0]!;
  }

  picked(server: TestServer): void {
    this.#turns.set(server, ++this.#turn);
  }
}

const step = fc.oneof(
  fc.record({ type: fc.constant('pick' as const) }),
  fc.record({ type: fc.constant('set' as const), server: fc.nat(COUNT - 1), value: fc.nat(4) }),
  fc.record({ type: fc.constant('another array' as const) }),
);

describe('a ranking', () => {
  it('always has the cheapest first, and of equals the one that was picked least recently, as if it looked at all', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), steps => {
        const ranking = new Ranking<TestServer>(({ connections }) => connections);
        const plain = new Plain();
        let servers: readonly TestServer[] = equalServers(COUNT);
        for (const each of steps) {
          if (each.type === 'another array') servers = [...servers];
          else if (each.type === 'set') {
            servers[each.server]!.connections = each.value;
            ranking.update(servers[each.server]!);
          } else {
            const first = ranking.first(servers)!;
            expect(first).toBe(plain.first(servers));
            ranking.picked(first);
            plain.picked(first);
          }
        }
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('does not mind news of a server that is not in the array, nor of one of the same name that left', () => {
    const ranking = new Ranking<TestServer>(({ connections }) => connections);
    const [servers, others] = [equalServers(3), equalServers(4)];
    servers[0]!.connections = 1;
    expect(ranking.first(servers)).toBe(servers[1]);
    others[1]!.connections = 99;
    ranking.update(others[1]!);
    ranking.update(others[3]!);
    expect(ranking.first(servers)).toBe(servers[1]);
  });
});
