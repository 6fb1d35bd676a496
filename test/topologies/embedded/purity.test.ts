import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../topologies/embedded', import.meta.url));

/** Clock, chance, links and hosts; what is live has sockets. */
const files = readdirSync(root, { withFileTypes: true, recursive: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
  .map(entry => relative(root, join(entry.parentPath, entry.name)))
  .filter(file => !file.startsWith('live/') && !file.startsWith('switch/'));

const users = (pattern: RegExp): string[] => files.filter(file => pattern.test(readFileSync(join(root, file), 'utf8')));

describe('the embedded lab', () => {
  it('asks the machine for the time in one file', () => {
    expect(files.length).toBeGreaterThan(30);
    const machine =
      /\b(Date\.now|new Date|setTimeout|setInterval|setImmediate|performance\.|process\.hrtime|queueMicrotask|Promise)\b/;
    expect(users(machine)).toEqual(['real-clock.ts']);
  });

  it('takes no chance but from the seed, and no last bits from the engine', () => {
    expect(users(/\bMath\.random|node:crypto/)).toEqual([]);
    const inexact = users(/\bMath\.(log|exp|pow|sin|cos|tan|cbrt|hypot|sinh|tanh)\w*\(|\w \*\* \w/);
    // A power of two is exact: 2 ** n of a whole number.
    expect(inexact).toEqual(['tcp/retransmission-timeout.ts']);
  });
});
