import { strategies } from '../controller/strategies/catalogue.ts';
import { guarded } from '../controller/strategies/guard.ts';
import { roundRobin } from '../controller/strategies/round-robin.ts';
import type { Candidate, ConnectionKey, ResponseTime, Strategy } from '../controller/strategies/strategy.ts';
import { Random } from '../topologies/embedded/random.ts';

/**
 * What a decision costs, by strategy and number of servers: the pick, and what the strategy is told of the connection (it opens, it is
 * answered, another one closes). And what the first pick costs after the pool has changed.
 */

const SIZES = [10, 100, 1000, 10_000];
const CONNECTIONS = 20_000;
const ROUNDS = 5;
const CHANGES = 5;
const LIVING_PER_SERVER = 4;
const WEIGHTS = 10;
const START = 1_700_000_000_000;

class BenchServer implements Candidate {
  readonly name: string;
  readonly weight: number;
  readonly ramp = 1;
  connections = 0;
  response: ResponseTime | undefined = { ms: 10, at: START };
  bytesPerSecond = 0;

  constructor(name: string, weight: number) {
    this.name = name;
    this.weight = weight;
  }
}

type Make = () => Strategy<BenchServer>;

const kinds: Record<string, Make> = {
  ...Object.fromEntries(
    Object.entries(strategies).map(([name, { make, options }]) => [name, (() => make(options.parse({}) as never)) as Make]),
  ),
  "a user's, guarded": () => {
    const { pick } = roundRobin<BenchServer>();
    return guarded<BenchServer>({ pick }, problem => {
      throw new Error(problem);
    });
  },
};

const keys: readonly ConnectionKey[] = Array.from({ length: CONNECTIONS }, (_, i) => ({
  protocol: 'tcp',
  clientIp: `10.1.${(i >> 8) & 0xff}.${i & 0xff}`,
  clientPort: 1024 + (i % 60_000),
  vip: '10.0.0.100',
  port: 80,
}));

function serversOf(count: number): BenchServer[] {
  return Array.from({ length: count }, (_, i) => new BenchServer(`server-${i}`, 1 + (i % WEIGHTS)));
}

const microseconds = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1000;

/** Microseconds for a connection of a pool that lives. */
function decision(make: Make, count: number): number {
  const strategy = make();
  const servers = serversOf(count);
  const random = new Random(`bench ${count}`).next;
  const living = new Array<BenchServer | undefined>(count * LIVING_PER_SERVER);
  let now = START;
  const round = (): number => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < CONNECTIONS; i++) {
      now += 0.1;
      const { candidate } = strategy.pick(keys[i]!, servers, { now, random })!;
      candidate.connections += 1;
      strategy.update?.(candidate);
      candidate.response = { ms: 5 + (i % 10), at: now };
      candidate.bytesPerSecond = 1000 * candidate.connections;
      strategy.update?.(candidate);
      const slot = i % living.length;
      const closing = living[slot];
      living[slot] = candidate;
      if (closing === undefined) continue;
      closing.connections -= 1;
      strategy.update?.(closing);
    }
    return microseconds(start) / CONNECTIONS;
  };
  round();
  return Math.min(...Array.from({ length: ROUNDS }, round));
}

/** Microseconds for the first pick after one of the servers left or came back. */
function change(make: Make, count: number): number {
  const strategy = make();
  const servers = serversOf(count);
  const arrays = Array.from({ length: CHANGES }, (_, i) => servers.filter((_server, index) => index !== i));
  const first = (present: readonly BenchServer[]): number => {
    const start = process.hrtime.bigint();
    strategy.pick(keys[0]!, present, { now: START, random: () => 0.5 });
    return microseconds(start);
  };
  for (const present of arrays) first(present);
  return Math.min(...arrays.map(first));
}

function print(title: string, unit: number, digits: number, measure: (make: Make, count: number) => number): void {
  process.stdout.write(`${title}\n  ${'servers'.padEnd(28)}${SIZES.map(size => String(size).padStart(10)).join('')}\n`);
  for (const [name, make] of Object.entries(kinds)) {
    const cells = SIZES.map(size => (measure(make, size) / unit).toFixed(digits).padStart(10));
    process.stdout.write(`  ${name.padEnd(28)}${cells.join('')}\n`);
  }
}

print(`a decision and its three updates, microseconds, best of ${ROUNDS} rounds of ${CONNECTIONS}:`, 1, 2, decision);
print(`the first pick when the pool has changed, milliseconds, best of ${CHANGES}:`, 1000, 2, change);
