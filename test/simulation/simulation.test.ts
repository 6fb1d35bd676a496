import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runScale } from '../../controller/simulation/scale.ts';
import { FAULT_KINDS } from '../../controller/simulation/settings.ts';
import { simulate } from '../../controller/simulation/simulation.ts';
import { bugs } from './bugs.ts';

const violationsOf = (seed: string, faults = FAULT_KINDS) =>
  simulate({ seed, faults }).violations.map(({ law, text }) => `seed ${seed}, ${law}: ${text}`);

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, i) => String(from + i));

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
  it.each(bugs)('$seed: $what', ({ seed }) => {
    expect(violationsOf(seed)).toEqual([]);
  });
});

describe('a seed', () => {
  it('gives the same world each time, byte for byte, and another one another', () => {
    const hashOf = (seed: string) => simulate({ seed, faults: FAULT_KINDS }).hash;
    expect(hashOf('twice')).toBe(hashOf('twice'));
    expect(hashOf('twice')).not.toBe(hashOf('another'));
  });

  it('gives the same world with and without a trace', () => {
    let lines = 0;
    const traced = simulate({ seed: 'traced', faults: FAULT_KINDS, trace: () => lines++ });
    expect(traced.hash).toBe(simulate({ seed: 'traced', faults: FAULT_KINDS }).hash);
    expect(lines).toBeGreaterThan(traced.lines);
  });

  it('gives the same world in another process, from the command line', () => {
    const vipflow = fileURLToPath(new URL('../../vipflow', import.meta.url));
    const printed = execFileSync(process.execPath, [vipflow, 'sim', '--seed', 'twice'], { encoding: 'utf8' });
    expect(printed).toContain(simulate({ seed: 'twice', faults: FAULT_KINDS }).hash);
  }, 20_000);
});

describe('scale', () => {
  it('carries 500 connections over 10 servers, each in the log from decision to end', () => {
    const { connections, answered, violations } = runScale({ servers: 10, clients: 10, switches: 1 }, 500, 1);
    expect({ connections, answered, violations }).toEqual({ connections: 500, answered: 500, violations: [] });
  });

  it('has 100 switches ready', () => {
    const { readySwitches } = runScale({ servers: 1, clients: 1, switches: 100 }, 1, 1);
    expect(readySwitches).toBe(100);
  });
});
