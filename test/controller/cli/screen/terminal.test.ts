import { describe, expect, it } from 'vitest';
import { barChart } from '../../../../controller/cli/screen/bar-chart.ts';
import { lineOf } from '../../../../controller/cli/screen/log-line.ts';
import { oneLine, palette, type Screen, wrapped } from '../../../../controller/cli/screen/terminal.ts';
import type { Dpid } from '../../../../controller/core/dpid.ts';
import type { DecisionEntry, LogEntry } from '../../../../controller/core/events.ts';

const wide: Screen = { colour: palette(false), columns: Number.POSITIVE_INFINITY };
const terminal: Screen = { colour: palette(false), columns: 80 };
const colourful: Screen = { colour: palette(true), columns: 80 };
const head = { v: 1, seq: 1, time: '2026-11-22T10:00:00.123Z' } as const;

const decision: DecisionEntry = {
  ...head,
  type: 'decision',
  service: 'web',
  dpid: '0000000000000001' as Dpid,
  protocol: 'tcp',
  client: { ip: '100.100.100.100', port: 65535 },
  vip: { ip: '10.0.0.100', port: 80 },
  server: { name: 'server1', ip: '10.0.0.1', port: 8000 },
  strategy: 'weighted-least-connections',
  reason: { rule: 'fewest living connections for its weight', candidates: [] },
  flows: [],
};

describe('a choice', () => {
  it('is whole in a file, and cut at its end in a terminal', () => {
    const whole =
      '10:00:00.123 100.100.100.100:65535 > web > server1  weighted-least-connections: fewest living connections for its weight';
    expect(lineOf(decision, wide)).toBe(whole);
    expect(lineOf(decision, terminal)).toBe(`${whole.slice(0, 79)}…`);
  });

  it('is as wide with colours', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    expect(lineOf(decision, colourful).replace(/\u001b\[\d+m/g, '')).toBe(lineOf(decision, terminal));
    expect(lineOf(decision, colourful)).toContain('\u001b[32mserver1\u001b[0m');
  });
});

describe('a sentence of the log', () => {
  const refused: LogEntry = {
    ...head,
    type: 'switch',
    dpid: undefined,
    address: '10.0.0.9:40001',
    state: 'refused',
    reason: 'the peer offers OpenFlow 1.0, not 1.3: run `ovs-vsctl set bridge BRIDGE protocols=OpenFlow13` on the switch',
  };

  it('goes on below in a terminal, behind the time', () => {
    expect(lineOf(refused, terminal)).toBe(
      [
        '10:00:00.123 switch at 10.0.0.9:40001 refused: the peer offers OpenFlow 1.0, not',
        '             1.3: run `ovs-vsctl set bridge BRIDGE protocols=OpenFlow13` on the',
        '             switch',
      ].join('\n'),
    );
    expect(lineOf(refused, wide)).not.toContain('\n');
  });

  it('names a switch by its number', () => {
    const connected: LogEntry = {
      ...refused,
      dpid: '00000000000000a1' as Dpid,
      state: 'connected',
      reason: 'Open vSwitch 3.1.0',
    };
    expect(lineOf(connected, terminal)).toBe('10:00:00.123 switch a1 connected: Open vSwitch 3.1.0');
  });

  it('has a word for each kind of line', () => {
    const { service, dpid, protocol, vip, server } = decision;
    const way = { service, dpid, protocol, client: { ip: '10.0.0.4', port: 1 }, vip };
    const lines: readonly (readonly [LogEntry, string])[] = [
      [{ ...head, ...way, type: 'adopted', server }, '10.0.0.4:1 > web > server1  adopted from the switch'],
      [
        { ...head, ...way, type: 'refused', reason: { rule: 'no server is up', servers: [{ name: 'server1', state: 'down' }] } },
        '10.0.0.4:1 > web > refused  no server is up (server1 down)',
      ],
      [
        {
          ...head,
          type: 'end',
          of: 1,
          service,
          server: 'server1',
          client: way.client,
          bytes: { in: 412, out: 8123 },
          packets: { in: 6, out: 9 },
          durationMs: 812,
          why: 'fin',
        },
        '10.0.0.4:1 < server1 ended (fin): 412 B in, 8123 B out, 0.8 s',
      ],
      [
        { ...head, type: 'server', service, server: 'server1', state: 'up', reason: 'it answers' },
        'web/server1 is up: it answers',
      ],
      [{ ...head, type: 'warning', message: 'look here' }, 'warning: look here'],
    ];
    for (const [entry, text] of lines) expect(lineOf(entry, terminal)).toBe(`10:00:00.123 ${text}`);
  });
});

describe('words', () => {
  it('go to the next line where the screen ends, long ones whole', () => {
    expect(wrapped('one two three', 7)).toBe('one two\nthree');
    expect(wrapped('one two three', 9, 4, 2)).toBe('one\n  two\n  three');
    expect(wrapped('unbreakable', 5)).toBe('unbreakable');
  });

  it('are cut in the part where they reach the edge', () => {
    const shout = (text: string) => `<${text}>`;
    expect(oneLine([['ab'], ['cd', shout]], 4)).toBe('ab<cd>');
    expect(oneLine([['ab'], ['cde', shout]], 4)).toBe('ab<c>…');
    expect(oneLine([['abcd'], ['e', shout]], 4)).toBe('abc…');
  });
});

describe('the chart', () => {
  const counts = new Map([
    ['Server 1', 10],
    ['Server 2', 5],
    ['Server 3', 0],
  ]);

  it('has bars in proportion, counts and shares', () => {
    expect(barChart(counts, wide).split('\n')).toEqual([
      `  Server 1 ${'█'.repeat(40)}   10  67 %`,
      `  Server 2 ${'█'.repeat(20)}${' '.repeat(20)}    5  33 %`,
      `  Server 3 ${' '.repeat(40)}    0   0 %`,
    ]);
  });

  it('gets narrower with the terminal', () => {
    const lines = barChart(counts, { ...terminal, columns: 40 }).split('\n');
    expect(lines.map(line => line.length)).toEqual([40, 40, 40].map(() => lines[0]!.length));
    expect(lines[0]!.length).toBeLessThanOrEqual(40);
  });

  it('is there when nobody answered', () => {
    expect(barChart(new Map([['Server 1', 0]]), terminal)).toBe(`  Server 1 ${' '.repeat(40)}    0   0 %`);
  });
});
