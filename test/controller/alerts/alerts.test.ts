import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Alerts, MAX_SUBJECTS, type PoolMember, START_GRACE_MS } from '../../../controller/alerts/alerts.ts';
import type { Notice } from '../../../controller/alerts/incident.ts';
import type { ConfigEntry, LogEntry } from '../../../controller/core/events.ts';
import { applied, rules, server, service, switchIs, table } from './entries.ts';

const TICK_MS = 100;

/** Runs the decider over entries at times (seconds) until an end; returns the notices with their times. */
function noticesOf(entries: readonly (readonly [atSec: number, entry: LogEntry])[], endSec: number, settings: object = {}) {
  let servers = members('s1', 's2', 's3');
  const alerts = new Alerts(rules(settings), name => (name === 'web' ? servers : undefined), 0);
  const lines: string[] = [];
  const waiting = [...entries];
  for (let now = 0; now <= endSec * 1000; now += TICK_MS) {
    while (waiting.length > 0 && waiting[0]![0] * 1000 <= now) {
      const [, entry] = waiting.shift()!;
      if (entry === applied) servers = members('s1');
      if (entry === maintained) servers = servers.map(one => ({ ...one, state: one.name === 's2' ? 'maintenance' : 'ready' }));
      if (entry === readied) servers = members('s1', 's2', 's3');
      alerts.onEntry(entry, now);
    }
    for (const notice of alerts.onTick(now)) lines.push(lineOf(notice, now));
  }
  return lines;
}

const lineOf = ({ state, incidents }: Notice, now: number) =>
  `${now / 1000} ${state} ${incidents.map(({ alert, subject, became }) => `${alert}:${subject}${became ? `>${became}` : ''}`).join(' ')}`;

/** The configuration with s2 in maintenance, and with it ready again. */
const maintained: LogEntry = { ...(applied as ConfigEntry) };
const readied: LogEntry = { ...(applied as ConfigEntry) };

function members(...names: string[]): PoolMember[] {
  return names.map(name => ({ name, state: 'ready' }));
}

/** All servers found, long after the start. */
const found = [server('s1', 'up'), server('s2', 'up'), server('s3', 'up'), service('up')].map(entry => [1, entry] as const);
const later = (sec: number, ...entries: LogEntry[]) => entries.map(entry => [20 + sec, entry] as const);
const DPID = '0000000000000001';

describe('alerts', () => {
  it.each<[string, (readonly [number, LogEntry])[], string[]]>([
    ['do not report what is found at the start', [...found, [2, switchIs('connected')], [3, table('ok')]], []],
    ['report a server after the damping time', later(0, server('s1', 'down')), ['22 raised server-down:web/s1']],
    ['do not report what passes within it', [...later(0, server('s1', 'down')), ...later(1.9, server('s1', 'up'))], []],
    [
      'put what happens in one moment into one message, the gravest first',
      [...later(0, server('s2', 'down'), server('s1', 'down')), ...later(1.5, server('s3', 'down'), service('down'))],
      ['22 raised service-down:web server-down:web/s1 server-down:web/s2 server-down:web/s3'],
    ],
    [
      'report the end, and a later problem again',
      [...later(0, server('s1', 'down')), ...later(70, server('s1', 'up')), ...later(140, server('s1', 'down'))],
      ['22 raised server-down:web/s1', '92 resolved server-down:web/s1', '162 raised server-down:web/s1'],
    ],
    [
      'let a second change within the window wait longer',
      [...later(0, server('s1', 'down')), ...later(10, server('s1', 'up'))],
      ['22 raised server-down:web/s1', '34 resolved server-down:web/s1'],
    ],
    [
      'report once what is logged repeatedly',
      [0, 5, 10, 15].flatMap(sec => later(sec, server('s1', 'down'), service('down'))),
      ['22 raised service-down:web server-down:web/s1'],
    ],
    [
      'give a switch time to come back',
      [[1, switchIs('connected')], ...later(0, switchIs('lost')), ...later(4.9, switchIs('connected', '10.9.9.9:2'))],
      [],
    ],
    [
      'report a switch that does not',
      [[1, switchIs('connected')], ...later(0, switchIs('lost')), ...later(30, switchIs('connected', '10.9.9.9:2'))],
      [`27 raised switch-lost:${DPID}`, `54 resolved switch-lost:${DPID}`],
    ],
    [
      'do not take the late end of an old connection for the end of the new one',
      [[1, switchIs('connected')], ...later(0, switchIs('connected', '10.9.9.9:2'), switchIs('lost'))],
      [],
    ],
    ['do not report a switch that is refused', later(0, switchIs('refused')), []],
    [
      'call a service that goes from panic to down by its worse name',
      [...later(0, service('panic')), ...later(70, service('down')), ...later(140, service('up'))],
      [
        '22 raised panic:web',
        '92 resolved panic:web>service-down',
        '92 raised service-down:web',
        '162 resolved service-down:web',
      ],
    ],
    [
      'report a table that fills and empties',
      [...later(0, table('nearly-full')), ...later(70, table('full')), ...later(140, table('ok'))],
      [
        `22 raised table-nearly-full:${DPID}/1`,
        `92 resolved table-nearly-full:${DPID}/1>table-full`,
        `92 raised table-full:${DPID}/1`,
        `162 resolved table-full:${DPID}/1`,
      ],
    ],
    [
      'let go of a server that is no longer configured',
      [...later(0, server('s2', 'down')), ...later(70, applied)],
      ['22 raised server-down:web/s2', '92 resolved server-down:web/s2'],
    ],
    [
      'leave a server in maintenance alone until it is ready again',
      [...later(-5, maintained), ...later(0, server('s2', 'down')), ...later(70, readied), ...later(100, maintained)],
      ['92 raised server-down:web/s2', '122 resolved server-down:web/s2'],
    ],
    ['drop an unreported problem together with its server', [...later(0, server('s2', 'down')), ...later(1, applied)], []],
  ])('%s', (_, entries, expected) => {
    expect(noticesOf([...found, ...entries], 300)).toEqual(expected);
  });

  it('wait after the start for what has never been well, and not for what was', () => {
    expect(
      noticesOf(
        [
          [1, service('down')],
          [9, service('up')],
        ],
        60,
      ),
    ).toEqual([]);
    expect(noticesOf([[1, service('down')]], 60)).toEqual([`${START_GRACE_MS / 1000 + 2} raised service-down:web`]);
    expect(
      noticesOf(
        [
          [1, server('s1', 'up')],
          [2, server('s1', 'down')],
        ],
        60,
      ),
    ).toEqual(['4 raised server-down:web/s1']);
  });

  it('make one alert of a server that flaps every second, and one end when it is calm', () => {
    const flapping = Array.from({ length: 60 }, (_, i) => later(i, server('s1', i % 2 === 0 ? 'down' : 'up'))).flat();
    expect(noticesOf([...found, ...flapping], 300)).toEqual(['26 raised flapping:web/s1', '141 resolved flapping:web/s1']);
  });

  it('report a server that stays down when it stops flapping', () => {
    const flapping = Array.from({ length: 7 }, (_, i) => later(i, server('s1', i % 2 === 0 ? 'down' : 'up'))).flat();
    const end = ['88 resolved flapping:web/s1>server-down', '88 raised server-down:web/s1'];
    expect(noticesOf([...found, ...flapping], 300)).toEqual(['26 raised flapping:web/s1', ...end]);
  });

  it('remind of what lasts when that is wanted', () => {
    const entries = [...found, ...later(0, server('s1', 'down')), ...later(200, server('s1', 'up'))];
    const reminders = ['82 reminder server-down:web/s1', '142 reminder server-down:web/s1', '202 reminder server-down:web/s1'];
    const ends = ['22 raised server-down:web/s1', ...reminders, '222 resolved server-down:web/s1'];
    expect(noticesOf(entries, 500, { repeat: '60s' })).toEqual(ends);
  });

  it('count the servers of the pool that are up', () => {
    const alerts = new Alerts(rules(), () => members('s1', 's2', 's3', 'never-found'), 0);
    for (const [, entry] of found) alerts.onEntry(entry, 0);
    for (const name of ['s1', 's2']) alerts.onEntry(server(name, 'down'), 100_000);
    const [notice] = alerts.onTick(102_000);
    expect(notice!.incidents.map(({ left }) => left)).toEqual([1, 1].map(up => ({ up, of: 4 })));
    expect(alerts.open.map(({ subject }) => subject)).toEqual(['web/s1', 'web/s2']);
  });

  it('hold no more subjects than they may, however many switches somebody makes up', () => {
    const alerts = new Alerts(rules({ damp: '0s', switchGrace: '0s' }), () => [], 0);
    for (let i = 0; i < MAX_SUBJECTS + 500; i++) {
      const entry = { ...switchIs('connected'), dpid: i.toString(16).padStart(16, '0') } as LogEntry;
      alerts.onEntry(entry, 60_000);
      alerts.onEntry({ ...entry, state: 'lost' } as LogEntry, 60_000);
    }
    expect(alerts.onTick(70_000)[0]!.incidents).toHaveLength(MAX_SUBJECTS);
  });

  it('keep their laws whatever happens: raised and resolved take turns, and in the end people know what is', () => {
    const event = fc.record({
      gapMs: fc.integer({ min: 0, max: 20_000 }),
      name: fc.constantFrom('s1', 's2'),
      isUp: fc.boolean(),
    });
    const run = fc.property(fc.array(event, { maxLength: 60 }), events => {
      const alerts = new Alerts(rules(), () => members('s1', 's2'), 0);
      const open = new Map<string, string>();
      const state = new Map<string, string>();
      let now = 0;
      let raised = 0;
      const pass = (ms: number) => {
        for (const end = now + ms; now < end; now += 500) {
          for (const { state: what, incidents } of alerts.onTick(now)) {
            for (const { alert, subject } of incidents) {
              if (what === 'raised') raised += 1;
              expect(open.get(subject)).toBe(what === 'raised' ? undefined : alert);
              if (what === 'raised') open.set(subject, alert);
              else open.delete(subject);
            }
          }
        }
      };
      for (const { gapMs, name, isUp } of events) {
        pass(gapMs);
        alerts.onEntry(server(name, isUp ? 'up' : 'down'), now);
        state.set(`web/${name}`, isUp ? 'up' : 'down');
      }
      pass(200_000);
      const down = [...state].filter(([, is]) => is === 'down').map(([name]) => name);
      expect([...open.keys()].sort()).toEqual(down.sort());
      expect([...open.values()].every(alert => alert === 'server-down')).toBe(true);
      expect(raised).toBeLessThanOrEqual(events.length + 2);
    });
    fc.assert(run, { numRuns: 200, seed: 6 });
  });
});
