import { describe, expect, it } from 'vitest';
import { eventText } from '../../../../controller/api/dashboard/model/event-text.ts';
import { english } from '../../../../controller/api/dashboard/text/en.ts';
import { french } from '../../../../controller/api/dashboard/text/fr.ts';
import { eventLine } from '../../../../controller/core/events.ts';
import { restoredLine } from '../log/lines.ts';
import { server } from './lines.ts';

const line = restoredLine(1);
const none = { missing: 0, changed: 0, surplus: 0 };

describe('an event as people read it', () => {
  it('says what became of a server, and why', () => {
    const text = eventText(server(1, 'down'), english);
    expect(text).toEqual({ subject: 'web/server1', what: 'is down', why: 'answers ARP', tone: 'bad' });
  });

  it.each([
    [
      english,
      'Switch 0000000000000001 was changed by somebody else and restored',
      '12 flows missing, 1 flow changed, 1 group changed, 1 unwanted meter, 3 connections (table 0, priority 0, match {}; group 7)',
    ],
    [
      french,
      'Commutateur 0000000000000001 a été modifié par un tiers, puis rétabli',
      '12 flux manquants, 1 flux modifié, 1 groupe modifié, 1 limiteur en trop, 3 connexions (table 0, priority 0, match {}; group 7)',
    ],
  ])('counts what was restored, without zeros', (language, head, why) => {
    const text = eventText(line, language);
    expect(`${text.subject} ${text.what}`).toBe(head);
    expect(text.why).toBe(why);
    expect(text.tone).toBe('warn');
  });

  it('names no example where there is none', () => {
    const connections = { ...line, flows: none, groups: none, meters: none, connections: 1, examples: [] };
    expect(eventText(connections, english).why).toBe('1 connection');
    expect(eventText(connections, french).why).toBe('1 connexion');
  });

  it.each([english, french])('has a filter for every type of line', ({ events }) => {
    const types = eventLine.options.map(({ shape }) => shape.type.value);
    expect(Object.keys(events.kinds).toSorted()).toEqual(types.toSorted());
  });
});
