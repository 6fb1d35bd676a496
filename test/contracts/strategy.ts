import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Strategy } from '../../controller/strategies/strategy.ts';
import { Random } from '../../topologies/embedded/random.ts';
import { connectionOf, equalServers, serversOf, TestPool, TestServer } from '../controller/strategies/pool.ts';

/** A kind of strategy, as the contract sees it. */
export interface StrategyUnderTest {
  /** A fresh one. */
  make(): Strategy<TestServer>;
  /** Whether it knows the weights of servers, or only how far they are in their slow start. */
  readonly by: 'weight' | 'ramp';
  /** It picks the candidate of the lowest score; not so where it looks at some of them only. */
  readonly isBest: boolean;
}

/** Connections of a run that is counted. */
const RUN = 20_000;
/** Standard deviations of a draw; 5 are passed by once in 1.7 million. The runs are seeded, so a run that passes passes always. */
const DEVIATIONS = 5;
/** What remains beside chance: the slots of a table and the connections of a server are whole numbers. */
const COARSE = 0.025;

/** Numbers differ in the last digits where costs are compared as logarithms. */
const ROUNDING = 1e-6;

/** What every strategy does. */
export function strategyContract(name: string, { make, by, isBest }: StrategyUnderTest): void {
  const context = { now: 1_700_000_000_000, random: () => 0.5 };

  /** After a run each has its share of the picks. */
  function expectShares(servers: readonly TestServer[]): void {
    const pool = new TestPool(make());
    pool.connect(RUN, servers);
    const parts = servers.map(server => (by === 'weight' ? server.weight : server.ramp));
    const whole = parts.reduce((sum, part) => sum + part, 0);
    servers.forEach((server, i) => {
      const share = parts[i]! / whole;
      const bound = DEVIATIONS * Math.sqrt((share * (1 - share)) / RUN) + COARSE * share;
      expect(Math.abs(pool.shareOf(server) - share), `${server.name} of ${servers.length}`).toBeLessThan(bound);
    });
  }

  describe(`the strategy ${name}`, () => {
    it('picks nobody from nobody, at once, before and after it picked somebody', () => {
      const strategy = make();
      expect(strategy.pick(connectionOf(1), [], context)).toBeUndefined();
      strategy.pick(connectionOf(1), equalServers(3), context);
      expect(strategy.pick(connectionOf(1), [], context)).toBeUndefined();
    });

    it('picks the only one there is, also while it starts slowly', () => {
      const pool = new TestPool(make());
      const only = [new TestServer('only', { ramp: 0.1 })];
      expect(new Set(pool.connect(100, only))).toEqual(new Set(['only']));
    });

    it.each([1, 2, 3, 10, 100])('shares out evenly among %i equal servers', count => {
      expectShares(equalServers(count));
    });

    it.each([[[1, 2, 5]], [[10, 1, 1]], [[7, 7, 3, 3, 1]]])(
      'shares out by weight, or evenly, among servers of weights %j',
      weights => {
        expectShares(serversOf(...weights));
      },
    );

    it('gives half a share to a server halfway through its slow start', () => {
      expectShares([new TestServer('a'), new TestServer('b', { ramp: 0.5 }), new TestServer('c')]);
    });

    it('gives even shares where all are in their slow start together', () => {
      expectShares(['a', 'b', 'c'].map(each => new TestServer(each, { ramp: 0.1 })));
    });

    it('makes the same choices from the same history, time and chance', () => {
      const run = () => new TestPool(make(), { living: 20 }).connect(300, serversOf(1, 2, 3));
      expect(run()).toEqual(run());
    });

    it('picks a member of the array whatever came, left and changed before, and scores each', () => {
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 60 }), fc.string(), (changes, seed) => {
          follow(make(), changes, new Random(seed), isBest);
        }),
        { numRuns: 100, seed: 5 },
      );
    });

    it('works with 10,000 candidates that come and go', () => {
      const servers = equalServers(10_000);
      const pool = new TestPool(make());
      for (const present of [servers, servers.slice(5000), servers]) {
        const members = new Set(present.map(each => each.name));
        for (const picked of pool.connect(200, present)) expect(members.has(picked)).toBe(true);
      }
    });
  });
}

const SERVERS = 6;

/** Something that happens to a server, or to the pool. */
const change = fc.oneof(
  fc.record({ type: fc.constant('pick' as const), client: fc.nat(1000) }),
  fc.record({ type: fc.constant('member' as const), server: fc.nat(SERVERS - 1) }),
  fc.record({ type: fc.constant('connections' as const), server: fc.nat(SERVERS - 1), value: fc.nat(50) }),
  fc.record({
    type: fc.constant('response' as const),
    server: fc.nat(SERVERS - 1),
    value: fc.double({ min: 0, max: 1e5, noNaN: true }),
  }),
  fc.record({ type: fc.constant('traffic' as const), server: fc.nat(SERVERS - 1), value: fc.nat(1e9) }),
  fc.record({ type: fc.constant('ramp' as const), server: fc.nat(SERVERS - 1), value: fc.integer({ min: 1, max: 10 }) }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** Lives through the changes, and looks at each pick. */
function follow(strategy: Strategy<TestServer>, changes: readonly Change[], random: Random, isBest: boolean): void {
  const all = serversOf(1, 1, 1, 2, 3, 10);
  const members = new Set(all);
  let now = 1_700_000_000_000;
  let present: readonly TestServer[] = Object.freeze([...all]);
  const refresh = () => {
    present = Object.freeze(all.filter(server => members.has(server)));
  };
  for (const each of [...changes, { type: 'pick', client: 1 } as const]) {
    now += random.integer(5000);
    if (each.type === 'pick') {
      expectPick(strategy, present, each.client, now, random, isBest);
      continue;
    }
    const server = all[each.server]!;
    if (each.type === 'member') {
      if (!members.delete(server)) members.add(server);
      refresh();
    } else if (each.type === 'ramp') {
      server.ramp = each.value / 10;
      refresh();
    } else if (each.type === 'connections') server.connections = each.value;
    else if (each.type === 'response') server.response = { ms: each.value, at: now };
    else server.bytesPerSecond = each.value;
    strategy.update?.(server);
  }
}

function expectPick(
  strategy: Strategy<TestServer>,
  present: readonly TestServer[],
  client: number,
  now: number,
  random: Random,
  isBest: boolean,
): void {
  const pick = strategy.pick(connectionOf(client), present, { now, random: random.next });
  if (present.length === 0) {
    expect(pick).toBeUndefined();
    return;
  }
  expect(present).toContain(pick!.candidate);
  expect(pick!.rule).not.toBe('');
  if (pick!.score === undefined) return;
  const scores = present.map(pick!.score);
  expect(scores.every(Number.isFinite)).toBe(true);
  if (!isBest) return;
  const best = Math.min(...scores);
  expect(pick!.score(pick!.candidate)).toBeLessThanOrEqual(best + ROUNDING * Math.max(1, Math.abs(best)));
}
