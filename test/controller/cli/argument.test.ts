import { describe, expect, it } from 'vitest';
import { parseEndpoint, sentence, unknownText, wholeNumber } from '../../../controller/cli/argument.ts';

describe('an endpoint', () => {
  it.each([
    ['10.0.0.9', { ip: '10.0.0.9' }],
    ['10.0.0.9:80', { ip: '10.0.0.9', port: 80 }],
    ['2001:DB8::9', { ip: '2001:db8::9' }],
    ['[2001:db8::9]:65535', { ip: '2001:db8::9', port: 65_535 }],
  ])('%s is read', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
  });

  it.each(['', 'h9', '10.0.0.300', '10.0.0.9:', '10.0.0.9:0', '10.0.0.9:65536', '[2001:db8::9]', '2001:db8::9]:80'])(
    '%j is none',
    text => {
      expect(parseEndpoint(text)).toBeUndefined();
    },
  );
});

describe('a whole number', () => {
  const parse = wholeNumber(1, 1000);
  it('is in its range', () => {
    expect([parse('1'), parse('1000')]).toEqual([1, 1000]);
  });

  it.each(['0', '1001', '-1', '1.5', '', 'x', '1e2'])('%j is refused with the range', text => {
    expect(() => parse(text)).toThrow('it must be a whole number from 1 to 1000');
  });
});

it('an unknown name comes with the closest match, or with all names', () => {
  expect(unknownText('lab', 'sinlge', ['single', 'two'])).toBe('unknown lab "sinlge"; the closest match is "single"');
  expect(unknownText('lab', 'x', ['single', 'two'])).toBe('unknown lab "x"; known names: single, two');
});

it('a sentence has a capital in front and one full stop behind', () => {
  expect([sentence('unknown lab "x"'), sentence('Stop.')]).toEqual(['Unknown lab "x".', 'Stop.']);
});
