import { describe, expect, it } from 'vitest';
import { explanation } from '../../../../controller/cli/screen/explanation.ts';
import { byteRateText, countText, shareText, spanText } from '../../../../controller/cli/screen/figures.ts';
import { actionWords, matchWords } from '../../../../controller/cli/screen/flow-words.ts';
import { frontText, serverState } from '../../../../controller/cli/screen/server-words.ts';
import { type Column, table } from '../../../../controller/cli/screen/table.ts';
import { palette, type Screen } from '../../../../controller/cli/screen/terminal.ts';
import { topFrame } from '../../../../controller/cli/screen/top-view.ts';
import { decision, server, service, status } from '../views.ts';

const plain = (columns = 80): Screen => ({ colour: palette(false), columns });

describe('figures', () => {
  it.each<[string, string]>([
    [countText(0), '0'],
    [countText(1.25), '1.3'],
    [countText(9.96), '10'],
    [countText(999), '999'],
    [countText(999.6), '1 k'],
    [countText(1234), '1.2 k'],
    [countText(34_000_000), '34 M'],
    [byteRateText(12), '12 B/s'],
    [byteRateText(1_234_567), '1.2 MB/s'],
    [spanText(0.4), '0.4 ms'],
    [spanText(412), '412 ms'],
    [spanText(999.7), '1 s'],
    [spanText(3210), '3.2 s'],
    [spanText(59_600), '1 min'],
    [spanText(125_000), '2 min 5 s'],
    [spanText(3_600_000), '1 h'],
    [spanText(12_000_000), '3 h 20 min'],
    [spanText(187_200_000), '2 d 4 h'],
    [shareText(1 / 3), '33 %'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });
});

describe('a table', () => {
  const columns: readonly Column<{ name: string; count: number; note: string }>[] = [
    { title: 'name', text: ({ name }) => name, atLeast: 6 },
    { title: 'count', text: ({ count }) => String(count), isFigure: true },
    { title: 'note', text: ({ note }) => note, spare: 1 },
  ];
  const rows = [
    { name: 'a-long-name', count: 7, note: 'something' },
    { name: 'b', count: 12_345, note: '' },
  ];

  it('is whole where there is room, figures at the right', () => {
    expect(table(rows, columns, plain())).toBe(
      ['name         count  note', 'a-long-name      7  something', 'b            12345'].join('\n'),
    );
  });

  it('cuts cells first, then leaves out what can be spared', () => {
    expect(table(rows, columns, plain(26)).split('\n')[1]).toBe('a-long-…      7  something');
    expect(table(rows, columns, plain(15)).split('\n')).toEqual(['name      count', 'a-long-…      7', 'b         12345']);
  });

  it.each([200, 80, 60, 40, 26, 20, 15])('is never wider than %d columns', width => {
    for (const line of table(rows, columns, plain(width)).split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  });
});

describe('a flow in words', () => {
  const ip = { ethType: 0x0800 };
  it.each<[string, string]>([
    [matchWords({}), 'every packet'],
    [matchWords({ ethType: 0x0806, arpOp: 1, arpTpa: '10.0.0.100' }), 'arp request for 10.0.0.100'],
    [matchWords({ inPort: 3, ethSrc: '00:00:00:00:00:01' }), 'in at port 3 from 00:00:00:00:00:01'],
    [
      matchWords({ ...ip, ipProto: 6, ipv4Dst: '10.0.0.100', tcpDst: 80, tcpFlags: { value: 2, mask: 18 } }),
      'tcp to 10.0.0.100:80 with SYN without ACK',
    ],
    [matchWords({ ...ip, ipProto: 17, ipv4Src: '10.0.0.1', udpSrc: 53 }), 'udp from 10.0.0.1:53'],
    [matchWords({ ...ip, ipv4Src: { value: '10.0.0.0', mask: '255.0.0.0' } }), 'ip from 10.0.0.0/255.0.0.0'],
    [
      matchWords({ ethType: 0x86dd, ipProto: 6, ipv6Src: '2001:db8::4', ipv6Dst: '2001:db8::64', tcpDst: 80 }),
      'tcp from 2001:db8::4 to [2001:db8::64]:80',
    ],
    [matchWords({ ethType: 0x86dd }), 'ipv6'],
    [matchWords({ vlanVid: 4101 }), 'vlanVid 4101'],
    [actionWords([], null), 'drop'],
    [actionWords([], 2), 'on to table 2'],
    [actionWords([{ type: 'output', port: 0xfffffffd }], 3), 'to the controller, on to table 3'],
    [
      actionWords(
        [
          { type: 'setField', field: { ipv6Dst: '2001:db8::2' } },
          { type: 'setField', field: { tcpDst: 8000 } },
        ],
        null,
      ),
      'to [2001:db8::2]:8000',
    ],
    [actionWords(decision.flows[0]!.actions, null), 'to 10.0.0.2:8000, out at port 2'],
    [
      actionWords(
        [
          { type: 'setField', field: { arpOp: 2 } },
          { type: 'setField', field: { ethSrc: '02:56:0a:00:00:64' } },
          { type: 'setField', field: { arpSpa: '10.0.0.100' } },
          { type: 'output', port: 0xfffffff8 },
        ],
        null,
      ),
      'answer: 10.0.0.100 is at 02:56:0a:00:00:64, back where it came in',
    ],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });
});

describe('an IPv6 address', () => {
  it('has brackets where a port follows', () => {
    const client = { ip: '2001:db8::4', port: 40_112 };
    expect(explanation({ ...decision, client }, plain())).toMatch(/^\[2001:db8::4\]:40112 to web /);
    expect(frontText({ vip: '2001:db8::64', port: 80, protocol: 'tcp' })).toBe('[2001:db8::64]:80/tcp');
  });
});

describe('a server in a word', () => {
  it.each([
    ['up', {}],
    ['up 40 %', { ramp: 0.4 }],
    ['down', { health: 'down' }],
    ['unknown', { health: 'unknown', ramp: 0.4 }],
    ['drain', { state: 'drain' }],
    ['drain, down', { state: 'drain', health: 'down' }],
    ['maintenance', { state: 'maintenance', health: 'down' }],
  ] as const)('%s', (word, change) => {
    expect(serverState(server('server1', change))).toBe(word);
  });
});

describe('an explanation', () => {
  it('has candidates, rule, shadow, flows and end', () => {
    const end = {
      ...{ v: 1 as const, seq: 9, time: decision.time, type: 'end' as const, of: 7, service: 'web', server: 'server2' },
    };
    const figures = {
      bytes: { in: 500, out: 900 },
      packets: { in: 5, out: 5 },
      durationMs: 3210,
      responseMs: 2,
      why: 'fin',
    } as const;
    expect(explanation({ ...decision, end: { ...end, ...figures, client: decision.client } }, plain())).toBe(
      `10.0.0.4:40112 to web (10.0.0.100:80/tcp) at 10:00:00.123  seq 7
went to server2 (10.0.0.2:8000) by least-connections: fewest living connections

  candidate  score (lowest wins)
> server2                      1
  server1                  2.346

shadow strategy hash would have chosen server1

flows on switch 1 (table/priority)
  1/400 tcp from 10.0.0.4:40112 to 10.0.0.100:80: to 10.0.0.2:8000, out at port
        2

ended after 3.2 s (closed): 500 B in, 900 B out, answered in 2 ms`,
    );
  });

  it('says of an adopted one that its reasons are gone', () => {
    const { strategy, reason, shadow, flows, ...rest } = decision;
    expect(explanation({ ...rest, type: 'adopted' }, plain())).toMatch(/an earlier run[\s\S]*no end logged yet$/);
  });
});

describe('the frame of top', () => {
  const services = [
    service('web', [server('server1'), server('server2', { health: 'down', share: null })]),
    service('echo', [server('server1')]),
  ];
  const state = { url: '', status, services, trouble: undefined, offset: 0, isPaused: false };

  it.each([
    [80, 24],
    [80, 8],
    [40, 10],
    [200, 60],
    [10, 3],
  ])('is %d columns wide at most, and %d lines high', (columns, rows) => {
    const lines = topFrame(state, { colour: palette(false), columns, rows });
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('shows share, and where it is due', () => {
    const frame = topFrame(state, { colour: palette(false), columns: 80, rows: 24 }).join('\n');
    expect(frame).toMatch(/^vipflow {2}1 switch {2}48 connections {2}5 new\/s {2}up 1 h {2}10:00:00$/m);
    expect(frame).toMatch(/^ {2}server1 {2}up {4}█+┃█+·+ +12 +50 % +25 % +1\.3 +1\.2 MB\/s +3\.2 ms$/m);
    expect(frame).toMatch(/^ {2}server2 {2}down {2}·+┃·+ +12 +- /m);
  });

  it('scrolls, and says what is below', () => {
    const screen = { colour: palette(false), columns: 80, rows: 8 };
    expect(topFrame(state, screen).at(-1)).toMatch(/4 rows below$/);
    expect(topFrame({ ...state, offset: 99 }, screen).join('\n')).toMatch(/echo[\s\S]*server1/);
  });

  it('says what is missing', () => {
    const screen = { colour: palette(false), columns: 80, rows: 24 };
    expect(topFrame({ ...state, status: { ...status, switches: 0 } }, screen)[2]).toMatch(
      /^no switch is connected: `vipflow doctor`/,
    );
    expect(topFrame({ ...state, trouble: 'the controller does not answer; trying again' }, screen)[0]).toContain(
      'does not answer',
    );
  });
});
