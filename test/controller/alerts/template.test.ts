import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeFor, filled, inHeader, inUrl, type Values } from '../../../controller/alerts/template.ts';

const values = (text: string): Values => ({ to: '+33612345678', text, from: 'vip "flow"', account: 'A&C', token: 't=1' });
/** Whatever a text may hold: quotes, newlines, braces with the names of places. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"},{"x":"', '{token}', '\r\nBcc: a@b', '&To=+1', '</text>', '\\'),
);

describe('a template', () => {
  it('keeps JSON whole whatever is filled in', () => {
    const body = '{"to":"{to}","from":"{from}","text":"{text}","n":{"a":1}}';
    const law = fc.property(nasty, text => {
      const parsed = JSON.parse(filled(body, values(text), escapeFor('application/json; charset=utf-8')));
      expect(parsed).toEqual({ to: '+33612345678', from: 'vip "flow"', text, n: { a: 1 } });
    });
    fc.assert(law, { seed: 6 });
  });

  it('keeps a form and a query whole whatever is filled in', () => {
    const law = fc.property(fc.string({ unit: 'grapheme' }), text => {
      const form = new URLSearchParams(
        filled('To={to}&Body={text}', values(text), escapeFor('application/x-www-form-urlencoded')),
      );
      expect([...form]).toEqual([
        ['To', '+33612345678'],
        ['Body', text],
      ]);
      const url = new URL(filled('https://sms.example/send/{account}?to={to}&text={text}', values(text), inUrl));
      expect([url.pathname, url.searchParams.get('text'), url.host]).toEqual(['/send/A%26C', text, 'sms.example']);
    });
    fc.assert(law, { seed: 6 });
  });

  it.each([
    ['text/xml', '<sms>{text}</sms>', 'a<b>&"c"', '<sms>a&#60;b&#62;&#38;&#34;c&#34;</sms>'],
    ['text/plain', '{text}', 'a "b" {to}', 'a "b" {to}'],
    ['application/json', '{other} {"{text}"}', 'x', '{other} {"x"}'],
  ])('writes into %s', (type, template, text, expected) => {
    expect(filled(template, values(text), escapeFor(type))).toBe(expected);
  });

  it('keeps a header on one line', () => {
    expect(filled('Bearer {text}', values('a\r\nX: y'), inHeader)).toBe('Bearer a X: y');
  });
});
