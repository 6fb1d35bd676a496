import { describe, expect, test } from 'vitest';
import { JsonLines, MAX_LINE } from '../../topologies/json-lines.ts';

describe('lines of JSON', () => {
  test('come whole however the bytes are cut, also inside a character', () => {
    const values = [{ ev: 'ready' }, { id: 2, err: 'größe ✓ 🙂' }, [1]];
    const bytes = Buffer.from(values.map(value => `${JSON.stringify(value)}\n`).join('\n'));
    for (const size of [1, 2, 3, 7, bytes.length]) {
      const lines = new JsonLines();
      const got: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size) got.push(...lines.push(bytes.subarray(at, at + size)));
      expect(got).toEqual(values);
    }
  });

  test('an unfinished line gives nothing yet', () => {
    const lines = new JsonLines();
    expect(lines.push(Buffer.from('{"a":'))).toEqual([]);
    expect(lines.push(Buffer.from('1}\n{'))).toEqual([{ a: 1 }]);
  });

  test('what is no JSON is an error, and so is a line without end', () => {
    expect(() => new JsonLines().push(Buffer.from('hello\n'))).toThrow(SyntaxError);
    expect(() => new JsonLines().push(Buffer.alloc(MAX_LINE + 1, 'x'))).toThrow(/more than/);
  });
});
