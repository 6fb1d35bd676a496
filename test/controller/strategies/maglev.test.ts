import { describe, expect, it } from 'vitest';
import { LARGE_TABLE, Maglev, SMALL_TABLE } from '../../../controller/strategies/maglev.ts';
import { equalServers, serversOf, type TestServer } from './pool.ts';

/** Slots of each candidate. */
function slotsOf(table: Maglev<TestServer>): number[] {
  const counts = table.candidates.map(() => 0);
  for (const index of table.slots) counts[index]! += 1;
  return counts;
}

/** Slots that belong to another server than before, without those whose server is gone or new. */
function moved(before: Maglev<TestServer>, after: Maglev<TestServer>, changed: TestServer): { own: number; others: number } {
  let own = 0;
  let others = 0;
  for (let slot = 0; slot < before.slots.length; slot++) {
    const [was, is] = [before.owner(slot), after.owner(slot)];
    if (was === is) continue;
    if (was === changed || is === changed) own += 1;
    else others += 1;
  }
  return { own, others };
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}

describe('a Maglev table', () => {
  it('has a prime number of slots, so that each server can reach all of them', () => {
    expect([SMALL_TABLE, LARGE_TABLE].filter(isPrime)).toEqual([SMALL_TABLE, LARGE_TABLE]);
  });

  it.each([
    [10, SMALL_TABLE],
    [655, SMALL_TABLE],
    [656, LARGE_TABLE],
    [6000, LARGE_TABLE],
  ])('shares its slots out evenly among %i equal servers', (count, size) => {
    const table = new Maglev(equalServers(count));
    expect(table.slots).toHaveLength(size);
    const slots = slotsOf(table);
    // Each takes one in each round, and the last round may end early: the paper's bound, 1 of 100.
    expect(Math.max(...slots) - Math.min(...slots)).toBeLessThanOrEqual(1);
    expect((Math.max(...slots) * count) / size).toBeLessThan(1.011);
  });

  it.each([[[1, 2, 4]], [[1000, 1]], [[3, 3, 1, 7, 1]]])('gives slots by weight: %j', weights => {
    const slots = slotsOf(new Maglev(serversOf(...weights)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    weights.forEach((weight, i) => {
      expect(Math.abs(slots[i]! - (weight / sum) * SMALL_TABLE)).toBeLessThan(2);
    });
  });

  it('does not depend on the order of the servers', () => {
    const servers = serversOf(1, 2, 1, 1);
    const [one, other] = [new Maglev(servers), new Maglev([...servers].reverse())];
    expect(Array.from(one.slots, (_, slot) => one.owner(slot)).filter((owner, slot) => owner !== other.owner(slot))).toEqual([]);
  });

  it.each([3, 10, 100, 600])('moves one part of %i when a server comes, and its own and few more when it goes', count => {
    const servers = equalServers(count);
    const [without, whole] = [new Maglev(servers.slice(0, -1)), new Maglev(servers)];
    const { own, others } = moved(without, whole, servers.at(-1)!);
    expect(own).toBeCloseTo(SMALL_TABLE / count, -1);
    // The paper (5.3, figure 12) finds up to some percent of the others moved, fewer with more slots for each server.
    expect(others / SMALL_TABLE).toBeLessThan(0.03);
  });

  it('keeps the larger table once it has it, as nearly all clients move with its size', () => {
    const servers = equalServers(700);
    const large = new Maglev(servers);
    expect(new Maglev(servers.slice(0, 500), large.slots.length).slots).toHaveLength(LARGE_TABLE);
  });

  it('gives the distance from a slot to the next one of a candidate', () => {
    const servers = serversOf(1, 1, 1);
    const table = new Maglev(servers);
    for (const server of servers) {
      const steps = table.distance(SMALL_TABLE - 1, server);
      expect(table.owner((SMALL_TABLE - 1 + steps) % SMALL_TABLE)).toBe(server);
    }
    expect(Math.min(...servers.map(server => table.distance(77, server)))).toBe(0);
    expect(table.distance(0, equalServers(1)[0]!)).toBe(SMALL_TABLE);
  });
});
