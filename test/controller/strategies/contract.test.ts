import { describe, expect, it } from 'vitest';
import { strategies } from '../../../controller/strategies/catalogue.ts';
import { strategyContract } from '../../contracts/strategy.ts';
import type { TestServer } from './pool.ts';

/** Those that do not look at weights. */
const BY_RAMP = ['round-robin', 'sticky-round-robin', 'least-connections'];
/** Those that draw, and do not look at all. */
const DRAWN = ['random', 'power-of-two-choices'];

for (const [name, { make, options }] of Object.entries(strategies)) {
  strategyContract(name, {
    make: () => make<TestServer>(options.parse({}) as never),
    by: BY_RAMP.includes(name) ? 'ramp' : 'weight',
    isBest: !DRAWN.includes(name),
  });
}

describe('the catalogue', () => {
  it.each(Object.entries(strategies))('refuses a setting that %s does not have', (_name, { options }) => {
    expect(options.safeParse({ wieght: 3 }).success).toBe(false);
  });
});
