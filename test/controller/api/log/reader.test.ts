import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frames, newlines, packed } from '../../../../controller/api/log/encoding.ts';
import { wantedBy } from '../../../../controller/api/log/filter.ts';
import { logQuery, readingOf } from '../../../../controller/api/log/query.ts';
import { MAX_BEHIND_LINES, MAX_UNREAD_BYTES } from '../../../../controller/api/log/reader.ts';
import { LogStream, MAX_FLOW_LINES, ROUND_MS } from '../../../../controller/api/log/stream.ts';
import { endLine, warningLine } from './lines.ts';

const RUN = '2026-11-22T10:00:00.000Z';

/** A sink that takes what it gets, unless it is stalled. */
class TestSink {
  readonly lines: Record<string, unknown>[] = [];
  readonly sizes: number[] = [];
  writes = 0;
  isStalled = false;
  unread = 0;
  isEnded = false;

  write(bytes: Buffer): void {
    this.writes += 1;
    this.sizes.push(bytes.length);
    if (this.isStalled) this.unread += bytes.length;
    for (const line of bytes.toString().trimEnd().split('\n')) this.lines.push(JSON.parse(line));
  }

  end(): void {
    this.isEnded = true;
  }

  get seqs(): unknown[] {
    return this.lines.map(({ seq, type }) => seq ?? type);
  }
}

/** A log whose turns are taken by hand. */
function logWith() {
  const turns: (() => void)[] = [];
  const stream = new LogStream(work => turns.push(work));
  const run = { id: RUN, snapshot: () => ({ v: 1, type: 'snapshot', seq: stream.seq }) as never };
  let now = 0;
  const drain = () => {
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) turn();
  };
  const settle = () => {
    drain();
    now += ROUND_MS;
    stream.onTick(now);
    drain();
  };
  const read = (query: Record<string, string> = {}, log: 'flows' | 'events' = 'flows') => {
    const sink = new TestSink();
    const close = stream.open(readingOf(stream, log, logQuery.parse(query), run, newlines), sink);
    return { sink, close };
  };
  const publish = (from: number, to: number, more = {}) => {
    for (let seq = from; seq <= to; seq++) stream.publish(endLine(seq, more), now);
  };
  return { stream, read, publish, settle, turns };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a reader of the log', () => {
  it('gets what comes after it, in order, each line once', () => {
    const { read, publish, settle } = logWith();
    publish(1, 5);
    const { sink } = read();
    publish(6, 8);
    settle();
    publish(9, 9);
    settle();
    expect(sink.seqs).toEqual([6, 7, 8, 9]);
  });

  it('gets what comes soon after a line as one piece', () => {
    const { read, publish, settle } = logWith();
    const { sink } = read();
    publish(1, 100);
    settle();
    // The first line goes at once, what comes soon after it together.
    expect([sink.lines.length, sink.writes]).toEqual([100, 2]);
  });

  it('is one of many that take turns: between two of them everybody else has theirs', () => {
    const { read, publish, turns } = logWith();
    const desks = [read(), read(), read()].map(({ sink }) => sink);
    publish(1, 1);
    expect(turns).toHaveLength(1);
    turns.shift()!();
    expect(desks.map(({ writes }) => writes)).toEqual([1, 0, 0]);
    expect(turns).toHaveLength(1);
  });

  it.each([
    ['goes on where it was', { since: '3' }, [4, 5]],
    ['begins with what is remembered', { since: '0' }, [1, 2, 3, 4, 5]],
    ['has nothing to catch up with', { since: '5' }, []],
    ['learns that the controller began anew', { since: '77' }, ['restart', 1, 2, 3, 4, 5]],
    [
      'learns it also when there are as many lines again',
      { since: '3', run: '2026-11-22T09:00:00.000Z' },
      ['restart', 1, 2, 3, 4, 5],
    ],
    ['is of the same run', { since: '3', run: RUN }, [4, 5]],
    ['gets a snapshot, and then the new lines', { snapshot: '1' }, [5]],
    ['gets a snapshot, and the lines that it missed', { snapshot: '1', since: '4' }, [5, 5]],
  ])('that comes back %s', (_title, query, expected) => {
    const { read, publish, settle } = logWith();
    publish(1, 5);
    const { sink } = read(query as Record<string, string>);
    settle();
    expect(sink.seqs).toEqual(expected);
  });

  it('gets a gap for lines that are no longer kept', () => {
    const { read, publish, settle } = logWith();
    publish(1, MAX_FLOW_LINES + 50);
    const { sink } = read({ since: '20' });
    settle();
    expect(sink.lines[0]).toEqual({ v: 1, type: 'gap', from: 21, to: 50 });
    expect(sink.seqs.slice(1)).toEqual(range(51, MAX_FLOW_LINES + 50));
    expect(Math.max(...sink.sizes)).toBeLessThan(128 * 1024);
  });

  it.each([
    ['service', { service: 'web' }, [1, 3, 5, 7]],
    ['server', { server: 's2' }, [2, 3]],
    ['client', { client: '10.0.0.9' }, [4, 5]],
    ['client and port', { client: '10.0.0.9:5' }, [5]],
    ['type', { type: 'decision,refused' }, [6, 7]],
    ['two of them', { service: 'web', type: 'end' }, [1, 3, 5]],
    ['something that there is none of', { service: 'x' }, []],
  ])('gets what it asked for by %s', (_title, query, expected) => {
    const { stream, read, publish, settle } = logWith();
    const { sink } = read(query as Record<string, string>);
    publish(1, 1);
    publish(2, 2, { service: 'dns', server: 's2' });
    publish(3, 3, { server: 's2' });
    publish(4, 4, { service: 'dns', client: { ip: '10.0.0.9', port: 4 } });
    publish(5, 5, { client: { ip: '10.0.0.9', port: 5 } });
    stream.publish({ ...endLine(6), type: 'refused', service: 'dns' } as never, 0);
    stream.publish({ ...endLine(7), type: 'decision', server: { name: 's1' } } as never, 0);
    settle();
    expect(sink.seqs).toEqual(expected);
  });

  it('gets the other log at the other path', () => {
    const { stream, read, publish, settle } = logWith();
    const [flows, events] = [read().sink, read({}, 'events').sink];
    publish(1, 1);
    stream.publish(warningLine(2), 0);
    settle();
    expect([flows.seqs, events.seqs]).toEqual([[1], [2]]);
  });

  it('that does not read gets a number instead of lines, and keeps nobody waiting', () => {
    const { stream, read, publish, settle } = logWith();
    const [slow, good] = [read().sink, read().sink];
    slow.isStalled = true;
    let seq = 0;
    for (let round = 0; round < 300; round++) {
      publish(seq + 1, seq + 100);
      seq += 100;
      settle();
    }
    expect([good.lines.length, good.seqs.at(-1)]).toEqual([30_000, 30_000]);
    expect(slow.unread).toBeLessThan(MAX_UNREAD_BYTES + 128 * 1024);
    const before = slow.lines.length;
    slow.isStalled = false;
    slow.unread = 0;
    publish(seq + 1, seq + 1);
    settle();
    publish(seq + 2, seq + 2);
    settle();
    expect(slow.lines.slice(before).map(({ type }) => type)).toEqual(['skipped', 'end']);
    expect(slow.lines[before]).toEqual({ v: 1, type: 'skipped', count: seq + 1 - before, from: before + 1, to: seq + 1 });
    expect(stream.skipped).toBe(seq + 1 - before);
  });

  it('that is a little late gets everything', () => {
    const { read, publish, settle } = logWith();
    const { sink } = read();
    publish(1, 1);
    settle();
    Object.assign(sink, { isStalled: true, unread: MAX_UNREAD_BYTES + 1 });
    publish(2, MAX_BEHIND_LINES);
    settle();
    expect(sink.lines).toHaveLength(1);
    Object.assign(sink, { isStalled: false, unread: 0 });
    settle();
    expect(sink.seqs).toEqual(range(1, MAX_BEHIND_LINES));
  });

  it('gets each line once, or a report that it was skipped, however it stalls', () => {
    const moves = fc.array(fc.record({ lines: fc.constantFrom(0, 1, 7, 1500, 2500), reads: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(moves, steps => {
        const { read, publish, settle } = logWith();
        const { sink } = read();
        let seq = 0;
        for (const { lines, reads } of [...steps, { lines: 1, reads: true }]) {
          Object.assign(sink, { isStalled: !reads, unread: reads ? 0 : MAX_UNREAD_BYTES + 1 });
          publish(seq + 1, seq + lines);
          seq += lines;
          settle();
        }
        const covered = sink.lines.flatMap(line =>
          line.type === 'skipped' ? range(line.from as number, line.to as number) : [line.seq],
        );
        expect(covered.length).toBe(seq);
        expect(covered.every((each, i) => each === i + 1)).toBe(true);
      }),
      {
        numRuns: 10,
        examples: [
          [
            [
              { lines: 7, reads: true },
              { lines: 11_000, reads: false },
            ],
          ],
        ],
      },
    );
  });

  it('gets nothing once it has gone, and an end when the log closes', () => {
    const { stream, read, publish, settle } = logWith();
    const [gone, here] = [read(), read()];
    gone.close();
    publish(1, 1);
    settle();
    stream.close();
    expect([gone.sink.lines.length, here.sink.lines.length, here.sink.isEnded, stream.readers]).toEqual([0, 1, true, 0]);
  });
});

describe('a filter', () => {
  it('is none when nothing is asked for', () => {
    expect(wantedBy({})).toBeUndefined();
  });
});

describe('frames', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 100_000])(
    'carry a text of %i bytes with the length that RFC 6455 gives them',
    length => {
      const bytes = packed([Buffer.alloc(length, 'x')], frames);
      const head = length < 126 ? [0x81, length] : length < 65_536 ? [0x81, 126, length >> 8, length & 255] : undefined;
      if (head !== undefined) expect([...bytes.subarray(0, head.length)]).toEqual(head);
      else expect([bytes[1], bytes.readBigUInt64BE(2)]).toEqual([127, BigInt(length)]);
      expect(bytes.subarray(-length || bytes.length).equals(Buffer.alloc(length, 'x'))).toBe(true);
    },
  );
});
