import { describe, expect, it, vi } from 'vitest';
import { runScale } from '../../controller/simulation/scale.ts';
import { FAULT_KINDS, type FaultKind } from '../../controller/simulation/settings.ts';
import { simulate } from '../../controller/simulation/simulation.ts';
import { bugs } from './bugs.ts';

const violationsOf = (seed: string, faults: readonly FaultKind[] = FAULT_KINDS) =>
  simulate({ seed, faults }).violations.map(({ law, text }) => `seed ${seed}, ${law}: ${text}`);

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, i) => String(from + i));

// A machine may be slow: nothing here is judged by the time it takes.
vi.setConfig({ testTimeout: 120_000 });

describe('simulated worlds', () => {
  it('keep the laws without faults, and answer every request', () => {
    for (const seed of seeds(10_000, 3)) {
      const { violations, failed, connections, answered } = simulate({ seed, faults: [] });
      expect(violations).toEqual([]);
      expect(failed).toBe(0);
      expect(connections).toBeGreaterThan(20);
      expect(answered).toBeGreaterThanOrEqual(connections);
    }
  });

  it.each(Array.from({ length: 4 }, (_, i) => [i * 10, i * 10 + 9]))('keep the laws with all faults, seeds %i to %i', from => {
    expect(seeds(20_000 + from, 10).flatMap(seed => violationsOf(seed))).toEqual([]);
  });

  it.each(FAULT_KINDS)('keep the laws with %s alone', kind => {
    expect(seeds(30_000, 1).flatMap(seed => violationsOf(seed, [kind]))).toEqual([]);
  });
});

describe('bugs that a seed found', () => {
  it.each(bugs)('$seed: $what', ({ seed, faults }) => {
    expect(violationsOf(seed, faults)).toEqual([]);
  });
});

describe('scale', () => {
  it('carries 50,000 connections over 10 servers, each in the log from decision to end', () => {
    const { connections, answered, violations } = runScale({ servers: 10, clients: 20, switches: 1 }, 50_000, 60);
    expect({ connections, answered, violations }).toEqual({ connections: 50_000, answered: 50_000, violations: [] });
  });

  it('has 100 switches ready', () => {
    const { readySwitches } = runScale({ servers: 1, clients: 1, switches: 100 }, 1, 1);
    expect(readySwitches).toBe(100);
  });
});
