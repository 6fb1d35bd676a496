import { describe, expect, it } from 'vitest';
import { configSchema } from '../../controller/core/config.ts';
import type { LogEntry } from '../../controller/core/events.ts';
import { builtIn } from '../../controller/strategies/book.ts';
import { strategyNames } from '../../controller/strategies/catalogue.ts';
import { asLogged, type ReplayOptions, replay, servicesIn } from '../../controller/study/replay.ts';
import { readLog } from '../../controller/study/replay-log.ts';
import { runOnce } from '../../controller/study/run.ts';
import { scenarioSchema } from '../../controller/study/scenario.ts';

/** The log of a small run, as a file would have it. */
function logOf(strategy: string): string {
  const scenario = scenarioSchema.parse({
    ...{ name: 'log', title: 'Log', about: 'Recorded.', servers: [{ count: 3 }], warmUpMs: 0, durationMs: 30_000 },
    ...{ serviceTime: { kind: 'exponential', meanMs: 100 }, arrivals: { kind: 'poisson', load: 0.6 } },
  });
  const lines: string[] = [];
  const onEntry = (entry: LogEntry) => lines.push(JSON.stringify(entry));
  runOnce({ scenario, strategy: { name: strategy, options: {} }, book: builtIn, seed: '1', onEntry });
  // The line of an end comes 12 s after it: of connections without one nobody could know that they are over.
  const isEnded = new Set(
    lines.map(line => JSON.parse(line) as LogEntry).flatMap(entry => (entry.type === 'end' ? [entry.of] : [])),
  );
  const isWhole = (entry: LogEntry) => entry.type !== 'decision' || isEnded.has(entry.seq);
  return lines.filter(line => isWhole(JSON.parse(line) as LogEntry)).join('\n');
}

function optionsOf(text: string, label: string): ReplayOptions {
  return { entries: readLog(text).entries, book: builtIn, label, strategy: { name: label, options: {} } };
}

describe('a replay', () => {
  const log = logOf('round-robin');

  it.each(['round-robin', 'weighted-round-robin'])('of a round robin’s log to %s agrees in each decision', name => {
    const result = replay('web', optionsOf(log, name));
    expect(result.decisions).toBeGreaterThan(250);
    expect(result.agreed).toBe(result.decisions);
  });

  it('of a hash’s log to hash agrees in each decision, and with other settings does not', () => {
    const hashed = logOf('hash');
    const same = replay('web', optionsOf(hashed, 'hash'));
    expect(same.agreed).toBe(same.decisions);
    const other = replay('web', { ...optionsOf(hashed, 'hash'), strategy: { name: 'hash', options: { by: '5-tuple' } } });
    expect(other.agreed).toBeLessThan(0.6 * other.decisions);
  });

  it.each(strategyNames)('asks %s once for each connection, the same twice', name => {
    const result = replay('web', optionsOf(log, name));
    expect(Object.values(result.shares).reduce((sum, count) => sum + count, 0)).toBe(result.decisions);
    expect(replay('web', optionsOf(log, name))).toEqual(result);
  });

  it('knows living connections: fewest connections keeps them more even than the log did', () => {
    const { unevenness } = replay('web', optionsOf(log, 'least-connections'));
    expect(unevenness).toBeLessThan(0.9 * asLogged('web', optionsOf(log, '')).unevenness);
  });

  it('takes weights from a configuration', () => {
    const servers = [1, 2, 5].map((weight, i) => ({ name: `h${i + 1}`, ip: `10.0.0.${i + 1}`, weight }));
    const config = configSchema.parse({ services: [{ name: 'web', vip: '10.0.200.1', port: 80, servers }] });
    const { shares, decisions, imbalance } = replay('web', { ...optionsOf(log, 'weighted-round-robin'), config });
    expect(shares.h3! / decisions).toBeCloseTo(5 / 8, 1);
    expect(imbalance).toBeLessThan(0.05);
  });

  it('asks only for servers that could be chosen then', () => {
    const [first, second] = readLog(log).entries.filter(entry => entry.type === 'decision');
    const candidates = (names: readonly string[]) => ({ rule: 'test', candidates: names.map(name => ({ name })) });
    const entries = [
      { ...first!, reason: candidates(['h2', 'h3']), server: { name: 'h2', ip: '10.0.0.2', port: 8000 } },
      { ...second!, reason: candidates(['h1', 'h2', 'h3']) },
    ] as LogEntry[];
    const { shares } = replay('web', {
      ...optionsOf('', 'round-robin'),
      entries: [entries[0]!, entries[0]!, entries[0]!, entries[1]!],
    });
    expect(shares).toEqual({ h1: expect.any(Number), h2: 2, h3: expect.any(Number) });
  });
});

describe('a recorded log', () => {
  it('is read past lines that are cut off, of another kind, or no log', () => {
    const text = `${logOf('hash').split('\n').slice(0, 40).join('\n')}\n{"v":1,"type":"decis\nhello\n{"v":9}\nnull\n`;
    const { entries, unreadable } = readLog(text);
    expect(unreadable).toBe(4);
    expect(servicesIn(entries)).toEqual(['web']);
  });
});
