import { readFileSync, writeFileSync } from 'node:fs';
import { FAULT_KINDS, type FaultKind } from '../../controller/simulation/settings.ts';
import { simulate } from '../../controller/simulation/simulation.ts';

const FILE = new URL('hashes.json', import.meta.url);

/** Worlds whose logs are known, byte for byte. */
const WORLDS: Readonly<Record<string, readonly FaultKind[]>> = {
  'without faults': [],
  'all faults, 1': FAULT_KINDS,
  'all faults, 2': FAULT_KINDS,
  'all faults, 3': FAULT_KINDS,
  'all faults, 4': FAULT_KINDS,
};

export const worlds = Object.keys(WORLDS);

export function hashOf(world: string): string {
  return simulate({ seed: world, faults: WORLDS[world]! }).hash;
}

/** The hashes that every machine has to come to. */
export function knownHashes(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** Takes what this machine comes to as known. */
export function renewHashes(): void {
  const hashes = Object.fromEntries(worlds.map(world => [world, hashOf(world)]));
  writeFileSync(FILE, `${JSON.stringify(hashes, undefined, 2)}\n`);
}
