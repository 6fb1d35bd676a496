import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { labOf } from '../../controller/simulation/drawing.ts';
import { FAULT_KINDS } from '../../controller/simulation/settings.ts';
import { simulate } from '../../controller/simulation/simulation.ts';
import { Random } from '../../topologies/embedded/random.ts';
import { hashOf, knownHashes, worlds } from './hashes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What runs in a simulated world, beside the strategies: worlds choose in turn. */
const HOUSES = [
  'openflow',
  'controller/core',
  'controller/network',
  'controller/health',
  'controller/pool',
  'controller/connections',
];
HOUSES.push('controller/switches', 'controller/simulation', 'topologies/embedded');

const sources = HOUSES.flatMap(house =>
  readdirSync(join(root, house), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(root, join(entry.parentPath, entry.name))),
);

/** The response time of a server is in no simulated log, as no world chooses by it. */
const INEXACT = ['controller/pool/response-time.ts'];

vi.setConfig({ testTimeout: 120_000 });

describe('a seed', () => {
  it('gives the same world each time, byte for byte, and another one another', () => {
    const hash = (seed: string) => simulate({ seed, faults: FAULT_KINDS }).hash;
    expect(hash('twice')).toBe(hash('twice'));
    expect(hash('twice')).not.toBe(hash('another'));
  });

  it('gives the same world with and without a trace', () => {
    let lines = 0;
    const traced = simulate({ seed: 'traced', faults: FAULT_KINDS, trace: () => lines++ });
    expect(traced.hash).toBe(simulate({ seed: 'traced', faults: FAULT_KINDS }).hash);
    expect(lines).toBeGreaterThan(traced.lines);
  });

  it('gives the same world in another process, from the command line', () => {
    const printed = execFileSync(process.execPath, [join(root, 'vipflow'), 'sim', '--seed', 'twice'], { encoding: 'utf8' });
    expect(printed).toContain(simulate({ seed: 'twice', faults: FAULT_KINDS }).hash);
  });

  // Another hash on this machine alone: something depends on the machine. On all: `npx tsx test/simulation/renew-hashes.ts`.
  it.each(worlds)('gives the world that every machine has to come to: %s', world => {
    expect(hashOf(world)).toBe(knownHashes()[world]);
  });

  it('meets no function whose last bits ECMAScript leaves to the engine', () => {
    expect(sources.length).toBeGreaterThan(150);
    const inexact = /\bMath\.(a?sinh?|a?cosh?|a?tanh?|atan2|cbrt|exp|expm1|log|log10|log1p|log2|pow|hypot)\(/;
    const users = sources.filter(file => inexact.test(readFileSync(join(root, file), 'utf8')));
    expect(users).toEqual(INEXACT);
    const { services } = labOf({ servers: 2, clients: 1, switches: 1 }, new Random('strategies'));
    expect(services.map(({ strategy }) => strategy)).toEqual(['round-robin', 'round-robin']);
  });
});
