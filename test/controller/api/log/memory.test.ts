import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogMemory } from '../../../../controller/api/log/memory.ts';
import { endLine } from './lines.ts';

/** A memory and all that was ever put into it; the numbers have gaps, as each of the two logs has. */
const filled = fc
  .record({ max: fc.integer({ min: 1, max: 20 }), steps: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 60 }) })
  .map(({ max, steps }) => {
    const memory = new LogMemory(max);
    let seq = 0;
    const all = steps.map(step => {
      seq += step;
      return seq;
    });
    for (const each of all) memory.add(endLine(each));
    return { memory, max, all };
  });

describe('the memory of a log', () => {
  it('has the last lines, at most as many as it may, and knows which it forgot', () => {
    fc.assert(
      fc.property(filled, ({ memory, max, all }) => {
        const kept = Array.from({ length: memory.end - memory.begin }, (_, i) => memory.at(memory.begin + i).entry.seq);
        expect(kept).toEqual(all.slice(-max));
        expect(memory.end).toBe(all.length);
        expect(memory.forgotten).toBe(all.at(-max - 1) ?? 0);
        expect([...memory.newestFirst()].map(({ seq }) => seq)).toEqual(kept.reverse());
      }),
    );
  });

  it('finds what comes behind a number, also one that is not in it', () => {
    fc.assert(
      fc.property(filled, fc.integer({ min: 0, max: 200 }), ({ memory, max, all }, seq) => {
        const behind = Array.from(
          { length: memory.end - memory.after(seq) },
          (_, i) => memory.at(memory.after(seq) + i).entry.seq,
        );
        expect(behind).toEqual(all.slice(-max).filter(each => each > seq));
        const before = [...memory.newestFirst(seq)].map(entry => entry.seq);
        expect(before).toEqual(
          all
            .slice(-max)
            .filter(each => each < seq)
            .reverse(),
        );
      }),
    );
  });
});
