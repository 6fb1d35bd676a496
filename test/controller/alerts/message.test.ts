import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident, Notice } from '../../../controller/alerts/incident.ts';
import { logText, MAX_NAMED, MAX_SMS, messageOf, smsText, testMessage, withMissed } from '../../../controller/alerts/message.ts';
import { ALERT_KINDS } from '../../../controller/core/config/alert-channel.ts';

const at = Date.UTC(2026, 10, 22, 10);
const down = (name: string): Incident => {
  return { alert: 'server-down', subject: `web/${name}`, service: 'web', since: at, reason: 'no answer', left: { up: 2, of: 3 } };
};
const of = (state: Notice['state'], incidents: readonly Incident[], lang: 'en' | 'fr' = 'en') =>
  messageOf({ state, incidents }, 'id', lang, at + 2000);

describe('a message', () => {
  it('states the problem, its beginning, the reason, the servers that are up, and what to check', () => {
    const { subject, body, short, time } = of('raised', [down('server1')]);
    expect(subject).toBe('[vipflow] web/server1 is down');
    expect(body.split('\n')).toEqual([
      'web/server1 is down.',
      '  Since: 2026-11-22 10:00:00 UTC',
      '  Reason: no answer',
      '  2 of 3 servers of web are up',
      '  Check: the process on that server, its machine and its cable',
      '',
    ]);
    expect(short).toBe('vipflow: web/server1 is down. no answer. 2 of 3 servers of web are up');
    expect(time).toBe('2026-11-22T10:00:02.000Z');
  });

  it('states the same in French', () => {
    const { subject, body, short } = of('raised', [down('server1')], 'fr');
    expect(subject).toBe('[vipflow] web/server1 est en panne');
    expect(body).toContain('  Depuis : 2026-11-22 10:00:00 UTC\n  Cause : no answer\n  il reste 2 serveurs sur 3 pour web\n');
    expect(short).toBe('vipflow: web/server1 est en panne. no answer. il reste 2 serveurs sur 3 pour web');
  });

  it.each<[string, Notice['state'], readonly Incident[], string]>([
    ['several of one kind', 'raised', [down('s1'), down('s2')], '2 servers are down: web/s1, web/s2'],
    ['the end', 'resolved', [{ ...down('s1'), lastedMs: 65_000 }], 'web/s1 is up again'],
    ['a reminder', 'reminder', [down('s1')], 'still: web/s1 is down'],
    [
      'many kinds',
      'raised',
      [{ ...down('x'), alert: 'service-down', subject: 'web' }, down('s1')],
      'web has no available server, and 1 more',
    ],
    ['a switch', 'raised', [{ alert: 'switch-lost', subject: '000000000000002a', since: at, reason: '' }], 'switch 2a is lost'],
    [
      'a table',
      'raised',
      [{ alert: 'table-full', subject: '0000000000000001/1', since: at, reason: '' }],
      'table 1 of switch 1 is full',
    ],
    ['a flapping server', 'raised', [{ ...down('s1'), alert: 'flapping', changes: 5 }], 'web/s1 is flapping'],
  ])('has a subject for %s', (_, state, incidents, subject) => {
    expect(of(state, incidents).subject).toBe(`[vipflow] ${subject}`);
  });

  it('states how long a problem lasted', () => {
    expect(of('resolved', [{ ...down('s1'), lastedMs: 7_500_000 }]).body).toContain(
      'Ended: 2026-11-22 10:00:00 UTC (after 2 h 5 min)',
    );
  });

  it('stays short when a thousand servers are lost in one moment', () => {
    const { subject, body, incidents } = of(
      'raised',
      [...Array(1000).keys()].map(i => down(`s${i}`)),
    );
    expect(subject).toBe('[vipflow] 1000 servers are down: web/s0, web/s1, web/s2, web/s3, web/s4, and 995 more');
    expect(body.match(/is down/g)).toHaveLength(MAX_NAMED);
    expect(body).toMatch(/and 980 more\n$/);
    expect(incidents).toHaveLength(1000);
  });

  it('reports the messages that were dropped before it', () => {
    expect(withMissed(of('raised', [down('s1')]), 3, 'en').body).toMatch(/3 earlier messages could not be delivered\.\n$/);
    expect(withMissed(of('raised', [down('s1')]), 0, 'en')).toEqual(of('raised', [down('s1')]));
  });

  it.each(['en', 'fr'] as const)('has words for every alert in %s, none twice', lang => {
    const texts = ALERT_KINDS.flatMap(alert =>
      (['raised', 'resolved'] as const).map(state => of(state, [{ ...down('s1'), alert }], lang).subject),
    );
    expect(texts.every(text => text.length > '[vipflow] web/s1 '.length && !text.includes('undefined'))).toBe(true);
    expect(testMessage('mail', 'id', lang, at).body).toContain('mail');
  });

  it('goes into the log as one English sentence', () => {
    expect(logText({ ...down('s1'), alert: 'flapping', changes: 5 }, 'raised')).toBe(
      'web/s1 is flapping: 5 changes in a short time; no answer; 2 of 3 servers of web are up',
    );
  });

  it('fits into one SMS, whatever its text, cut at a word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), text => {
        // the basic table of 3GPP TS 23.038 that ASCII shares
        expect(smsText(text)).toMatch(/^[A-Za-z0-9 !"#$%&'()*+,\-./:;<=>?@_]*$/);
        expect(smsText(text).length).toBeLessThanOrEqual(MAX_SMS);
      }),
      { seed: 6 },
    );
    const cut = smsText('word '.repeat(50));
    expect(cut).toBe(`${'word '.repeat(31).trim()}...`);
    expect(smsText('élève, là : `x` [y]')).toBe("eleve, la : 'x' (y)");
  });
});
