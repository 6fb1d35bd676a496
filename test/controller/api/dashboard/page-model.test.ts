import { describe, expect, it } from 'vitest';
import { waitMs } from '../../../../controller/api/dashboard/model/backoff.ts';
import { stateChange, strategyChange, weightChange } from '../../../../controller/api/dashboard/model/change.ts';
import { candidateBars, unnamed } from '../../../../controller/api/dashboard/model/explanation.ts';
import { passes } from '../../../../controller/api/dashboard/model/filter.ts';
import { flowText } from '../../../../controller/api/dashboard/model/flow-text.ts';
import { formatOf } from '../../../../controller/api/dashboard/model/format.ts';
import { HISTORY_S, History, smoothed } from '../../../../controller/api/dashboard/model/history.ts';
import { identityOf } from '../../../../controller/api/dashboard/model/identity.ts';
import { serverStatus, serviceStatus } from '../../../../controller/api/dashboard/model/status.ts';
import { yamlPieces } from '../../../../controller/api/dashboard/model/yaml-piece.ts';
import { english } from '../../../../controller/api/dashboard/text/en.ts';
import { french } from '../../../../controller/api/dashboard/text/fr.ts';
import { fakeServer, fakeService } from '../../../browser/fake-views.ts';
import { decision, refused } from './lines.ts';

describe('what is shown', () => {
  it.each([
    ['', '', '', true],
    ['10.0.0.4', '', '', true],
    ['10.0.0.4:40001', 'web', 'server1', true],
    ['10.0.0.5', '', '', false],
    ['', 'dns', '', false],
    ['', 'web', 'server2', false],
  ])('with client "%s", service "%s", server "%s" lets a decision through: %s', (client, service, server, isShown) => {
    expect(passes(decision(1), { client, service, server })).toBe(isShown);
  });

  it.each([
    ['2001:db8::', true],
    ['2001:db8::4', true],
    ['[2001:db8::4]:40001', true],
    ['[2001:db8::5', false],
  ])('with the IPv6 client "%s" lets a decision through: %s', (client, isShown) => {
    const line = decision(1, { client: { ip: '2001:db8::4', port: 40_001 } });
    expect(passes(line, { client, service: '', server: '' })).toBe(isShown);
  });

  it('shows what was refused unless a server is asked for', () => {
    expect(passes(refused(1), { client: '', service: 'web', server: '' })).toBe(true);
    expect(passes(refused(1), { client: '', service: '', server: 'server1' })).toBe(false);
  });

  it.each([
    [{}, 'up'],
    [{ ramp: 0.4 }, 'ramping'],
    [{ state: 'drain' }, 'drain'],
    [{ state: 'drain', health: 'down' }, 'down'],
    [{ state: 'maintenance', health: 'down' }, 'maintenance'],
    [{ state: 'standby' }, 'standby'],
    [{ health: 'unknown' }, 'unknown'],
  ] as const)('shows a server that is %o as %s', (change, word) => {
    expect(serverStatus(fakeServer(1, change))).toBe(word);
  });

  it('calls no service up before its first server was found', () => {
    expect(serviceStatus(fakeService('web', [fakeServer(1, { health: 'unknown' })]))).toBe('waiting');
    expect(serviceStatus(fakeService('web', [fakeServer(1)]))).toBe('up');
    expect(serviceStatus(fakeService('web', [fakeServer(1, { health: 'down' })], { state: 'down' }))).toBe('down');
  });

  it('gives 36 servers 36 different looks', () => {
    const looks = Array.from({ length: 36 }, (_, index) => JSON.stringify(identityOf(index)));
    expect(new Set(looks).size).toBe(36);
  });
});

describe('why this server', () => {
  const reason = {
    rule: 'fewest connections',
    of: 12,
    candidates: [2, 8, 0].map((score, i) => ({ name: `server${i + 1}`, score })),
  };
  const chosen = { name: 'server3', ip: '10.0.0.3', port: 80 };
  const bars = candidateBars(decision(1, { reason, server: chosen, shadow: { strategy: 'hash', server: 'server2' } }));

  it('orders the candidates by their scores, and marks the chosen one and the shadow', () => {
    expect(bars.map(({ name, fill }) => [name, fill])).toEqual([
      ['server3', 0],
      ['server1', 0.25],
      ['server2', 1],
    ]);
    expect(bars.filter(({ isChosen }) => isChosen).map(({ name }) => name)).toEqual(['server3']);
    expect(bars.filter(({ isShadowed }) => isShadowed).map(({ name }) => name)).toEqual(['server2']);
  });

  it('counts the candidates that are not named', () => {
    expect(unnamed(decision(1, { reason }))).toBe(9);
    expect(unnamed(decision(1))).toBe(0);
  });

  it('writes flows as ovs-ofctl does', () => {
    const text = flowText({
      table: 1,
      priority: 400,
      match: { ethType: 2048, ipProto: 6, ipv4Src: '10.0.0.4', ipv4Dst: '10.0.0.100', tcpSrc: 40_001, tcpDst: 80 },
      actions: [
        { type: 'setField', field: { ipv4Dst: '10.0.0.1' } },
        { type: 'finTimeout', finIdleTimeout: 12, finHardTimeout: 0 },
      ],
    });
    expect(text).toBe(
      'table=1, priority=400,tcp,nw_src=10.0.0.4,nw_dst=10.0.0.100,tp_src=40001,tp_dst=80 actions=set_field:10.0.0.1->nw_dst,fin_timeout(idle_timeout=12)',
    );
  });
});

describe('a change', () => {
  const service = fakeService('my web', [fakeServer(1, { weight: 4, state: 'drain', connections: 3 })], {
    strategy: { name: 'hash', options: { by: '5-tuple' } },
  });

  it('knows what undoes it', () => {
    expect(stateChange(service, 'server1', 'ready')).toMatchObject({
      path: '/services/my%20web/servers/server1',
      ...{ body: { state: 'ready' }, undo: { state: 'drain' } },
    });
    expect(weightChange(service, 'server1', 7)).toMatchObject({ body: { weight: 7 }, undo: { weight: 4 } });
    expect(strategyChange(service, 'random')).toMatchObject({
      path: '/services/my%20web',
      ...{ body: { strategy: 'random' }, undo: { strategy: { name: 'hash', by: '5-tuple' } } },
    });
  });

  it.each([
    ['the state it has', stateChange(service, 'server1', 'drain')],
    ['an unknown server', stateChange(service, 'server9', 'drain')],
    ['the weight it has', weightChange(service, 'server1', 4)],
    ['a weight that is none', weightChange(service, 'server1', Number.NaN)],
    ['a weight of 0', weightChange(service, 'server1', 0)],
    ['the strategy it has', strategyChange(service, 'hash')],
  ])('is nothing for %s', (_what, change) => {
    expect(change).toBeUndefined();
  });
});

describe('the history', () => {
  const from = '2026-01-01T00:00:00.000Z';
  const series = (values: number[]) => ({ new: values, active: values, bytes: values, response: values });

  it('goes on where it was, and leaves seconds empty that nobody counted', () => {
    const history = new History();
    history.merge({ from, stepMs: 1000, series: { web: series([1, 2, 3]) } });
    history.merge({ from: '2026-01-01T00:00:05.000Z', stepMs: 1000, series: { web: series([6]) } });
    expect(history.values('web', 'active', 7)).toEqual([null, 1, 2, 3, null, null, 6]);
    expect(history.times(2)).toEqual([4, 5].map(second => Date.parse(from) / 1000 + second));
    expect(history.values('unknown', 'active', 2)).toEqual([null, null]);
  });

  it('keeps ten minutes', () => {
    const history = new History();
    history.merge({ from, stepMs: 1000, series: { web: series(Array.from({ length: 700 }, (_, i) => i)) } });
    expect(history.values('web', 'active', HISTORY_S)).toHaveLength(HISTORY_S);
    expect(history.values('web', 'active', HISTORY_S)[0]).toBe(100);
  });

  it('shows counts of seconds as their mean, and nothing where nothing was counted', () => {
    expect(smoothed([0, 5, 0, 5, 0, 5, null, 4])).toEqual([0, 2.5, 5 / 3, 2.5, 2, 3, null, 3.5]);
  });
});

describe('words', () => {
  const shapeOf = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]))
      : typeof value;

  it('are all there in both languages', () => {
    expect(shapeOf(french)).toEqual(shapeOf(english));
  });

  it('translate each rule that a strategy can give', () => {
    for (const rule of ['next in turn', 'slot 3 of 65537, by client-ip', 'the emptier of a and b', 'the client keeps its server'])
      expect(french.rule(rule)).not.toBe(rule);
    expect(french.rule("a user's own rule")).toBe("a user's own rule");
  });

  it.each([
    ['en-GB', 0.84, '0.8 ms'],
    ['en-GB', 3200, '3.2 s'],
    ['en-GB', 250_000, '4 min 10 s'],
    ['fr', 3200, '3,2 s'],
    ['fr', 90_000_000, '1 j 1 h'],
  ])('write in %s %d milliseconds as %s', (language, ms, text) => {
    const format = formatOf(language, language === 'fr' ? french.units : english.units);
    expect(format.duration(ms).replaceAll('\u202f', ' ')).toBe(text);
  });

  it('write amounts with their prefix', () => {
    const { bytes } = formatOf('fr', french.units);
    expect([0, 999, 1500, 2_000_000].map(bytes)).toEqual(['0\u202fo', '999\u202fo', '1,5\u202fko', '2,0\u202fMo']);
  });

  it('pull YAML apart without losing a character', () => {
    const lines = ['# all', 'listen:', '  http: 127.0.0.1:8080 # loopback', '  - name: web', '', 'x: "a # b"'];
    for (const line of lines)
      expect(
        yamlPieces(line)
          .map(({ text }) => text)
          .join(''),
      ).toBe(line);
    expect(yamlPieces('  - name: web').find(({ kind }) => kind === 'key')?.text).toBe('name:');
  });
});

describe('coming back', () => {
  it('waits longer each time, never for more than some seconds, and not in step with other pages', () => {
    const longest = Array.from({ length: 12 }, (_, attempt) => waitMs(attempt, () => 1));
    expect([...longest].sort((a, b) => a - b)).toEqual(longest);
    expect(longest[0]).toBeLessThan(500);
    expect(longest.at(-1)).toBeLessThanOrEqual(8000);
    expect(waitMs(5, () => 0)).toBeLessThan(waitMs(5, () => 1));
  });
});
