import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  begun,
  EMPTY_JOURNAL,
  MAX_DECISIONS,
  newsIn,
  withEvents,
  withFlows,
} from '../../../../controller/api/dashboard/model/journal.ts';
import { adopted, decision, end, refused, server } from './lines.ts';

describe('the journal of the page', () => {
  it('has choices newest first, and closes each with its end', () => {
    const journal = withFlows(EMPTY_JOURNAL, [decision(1), refused(2), adopted(3), end(4, 1)]);
    expect(journal.choices.map(({ type }) => type)).toEqual(['adopted', 'refused', 'decision']);
    expect(journal.choices.map(choice => choice.end?.seq)).toEqual([undefined, undefined, 4]);
    expect(journal.seen.flows).toBe(4);
  });

  it('is the same however the lines are cut into batches, and however often they are repeated', () => {
    const lines = Array.from({ length: 40 }, (_, i) => (i % 4 === 3 ? end(i + 1, i) : decision(i + 1)));
    const whole = withFlows(EMPTY_JOURNAL, lines);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }), cuts => {
        const places = [0, ...cuts.sort((a, b) => a - b), 40];
        let journal = EMPTY_JOURNAL;
        for (let i = 1; i < places.length; i++) {
          const batch = lines.slice(places[i - 1], places[i]);
          journal = withFlows(withFlows(journal, batch), batch); // a resume brings lines again
        }
        expect(journal).toEqual(whole);
      }),
    );
  });

  it('keeps a bounded number of choices', () => {
    const lines = Array.from({ length: MAX_DECISIONS + 20 }, (_, i) => decision(i + 1));
    const { choices } = withFlows(EMPTY_JOURNAL, lines);
    expect(choices).toHaveLength(MAX_DECISIONS);
    expect(choices[0]!.seq).toBe(MAX_DECISIONS + 20);
  });

  it('counts the lines it was not sent, and goes on behind them', () => {
    const skipped = { v: 1, type: 'skipped', count: 7, from: 2, to: 9 } as const;
    const gap = { v: 1, type: 'gap', from: 20, to: 29 } as const;
    const journal = withFlows(EMPTY_JOURNAL, [decision(1), skipped, decision(10), gap]);
    expect(journal.missed).toBe(17);
    expect(journal.seen.flows).toBe(29);
    expect(journal.choices.map(({ seq }) => seq)).toEqual([10, 1]);
  });

  it('takes the small numbers of a new run, and closes nothing of the old one with them', () => {
    const old = withFlows(EMPTY_JOURNAL, [decision(500), decision(501)]);
    const later = { ...decision(1), time: '2026-02-01T00:00:00.000Z' };
    const journal = withFlows(begun(old, [], []), [later]);
    expect(journal.choices.map(({ seq }) => seq)).toEqual([1, 501, 500]);
    const restarted = withFlows(old, [{ v: 1, type: 'restart', run: '2026-02-01T00:00:00.000Z' }, later]);
    expect(restarted.choices.map(({ seq }) => seq)).toEqual([1, 501, 500]);
    const early = withFlows(begun(old, [], []), [end(3, 501)]);
    expect(early.choices.every(choice => choice.end === undefined)).toBe(true);
  });

  it('has as news what is behind the last number seen, and after a restart the small numbers of the new run', () => {
    const restart = { v: 1, type: 'restart', run: '2026-02-01T00:00:00.000Z' } as const;
    const lines = [decision(501), decision(502), restart, decision(1), end(2, 1), decision(2)];
    expect(newsIn(lines, 501)).toEqual({ fresh: [decision(502), decision(1), end(2, 1)], seen: 2, missed: 0 });
    expect(newsIn([restart], 501)).toEqual({ fresh: [], seen: 0, missed: 0 });
  });

  it('begins with what the controller remembers, and goes on behind the last end of it', () => {
    const journal = begun(EMPTY_JOURNAL, [{ ...decision(7), end: end(9, 7) }, decision(6)], [server(8)]);
    expect(journal.seen).toEqual({ flows: 9, events: 8 });
    expect(withEvents(journal, [server(8), server(10, 'down')]).events.map(({ seq }) => seq)).toEqual([10, 8]);
  });
});
