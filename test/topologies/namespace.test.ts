import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { childrenOf, enter, nsPids, outerPids } from '../../topologies/namespace.ts';

describe('pids across namespaces', () => {
  test.each([
    ['Name:\tbash\nPid:\t7277\nNSpid:\t7277\t13\nNSpgid:\t7277\t13\n', [7277, 13]],
    ['NSpid:\t1\n', [1]],
    ['NSpid:\t900\t80\t7\n', [900, 80, 7]],
    ['Name:\tan old kernel\n', []],
  ])('are read from the NSpid line, outermost first', (status, pids) => {
    expect(nsPids(status)).toEqual(pids);
  });

  test('in our own namespace a process is called what it is called', () => {
    expect(outerPids(process.pid).get(process.pid)).toBe(process.pid);
  });

  test('children are found while they live', async () => {
    const child = spawn('sleep', ['30']);
    expect(childrenOf(process.pid)).toContain(child.pid);
    child.kill('SIGKILL');
    await new Promise(resolve => child.on('close', resolve));
    expect(childrenOf(process.pid)).not.toContain(child.pid);
    expect(childrenOf(2 ** 22 + 1)).toEqual([]);
  });

  test('without root the user namespace is entered first', () => {
    expect(enter(12, false, ['ip', 'link'])).toEqual([
      'nsenter',
      '--target=12',
      '--mount',
      '--net',
      '--pid',
      '--wd',
      '--',
      'ip',
      'link',
    ]);
    expect(enter(12, true, ['id'])).toContain('--user');
  });
});
