import { afterEach, describe, expect, test, vi } from 'vitest';
import { assertPrograms, ensureDebianPackages, findProgram, missingPackages } from '../../topologies/prerequisites.ts';

afterEach(() => vi.unstubAllEnvs());

describe('what a lab needs of the machine', () => {
  test('a program is found on the path, where root has its programs, or where it is said to be', () => {
    expect(findProgram('sh')).toMatch(/\/sh$/);
    expect(findProgram('/bin/sh')).toBe('/bin/sh');
    expect(findProgram('no-such-program')).toBeUndefined();
    expect(findProgram('/no/such/program')).toBeUndefined();
  });

  test('a Python that is not there is named', () => {
    vi.stubEnv('VIPFLOW_PYTHON', '/no/such/python3');
    expect(() => assertPrograms()).toThrow(
      'There is no Python at /no/such/python3: run `apt-get install python3`, or set VIPFLOW_PYTHON.',
    );
  });

  test('without the programs the packages are missing, and without apt-get they are only named', async () => {
    vi.stubEnv('PATH', '/nonexistent');
    vi.stubEnv('VIPFLOW_PYTHON', '/bin/sh');
    const names = ['openvswitch-switch', 'mininet'] as const;
    expect(await missingPackages(names)).toEqual(names);
    expect(await ensureDebianPackages(names)).toBe(
      'openvswitch-switch, mininet must be installed, and this system has no apt-get to do it with.',
    );
    expect(() => assertPrograms()).toThrow(
      /^Open vSwitch is not installed \(\S+ is missing\): run `apt-get install openvswitch-switch`\.$/,
    );
  });

  test('with everything there nothing is said and nothing is done', async () => {
    const log: string[] = [];
    expect(await ensureDebianPackages([], line => log.push(line))).toBeUndefined();
    expect(log).toEqual([]);
  });
});
