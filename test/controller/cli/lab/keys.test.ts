import { describe, expect, test } from 'vitest';
import { actionOf, type KeyState, keyLine } from '../../../../controller/cli/lab/keys.ts';

const state: KeyState = {
  servers: [
    { host: 'h1', on: true },
    { host: 'h2', on: false },
  ],
  requestsPerSecond: 2,
};

describe('the keys of an embedded lab', () => {
  test.each([
    ['1', { type: 'power', host: 'h1', on: false }],
    ['2', { type: 'power', host: 'h2', on: true }],
    ['+', { type: 'load', requestsPerSecond: 5 }],
    ['=', { type: 'load', requestsPerSecond: 5 }],
    ['-', { type: 'load', requestsPerSecond: 1 }],
    ['s', { type: 'shares' }],
    ['h', { type: 'help' }],
    ['?', { type: 'help' }],
    ['q', { type: 'quit' }],
    ['\u0003', { type: 'quit' }],
    ['\u0004', { type: 'quit' }],
  ] as const)('%j', (key, action) => {
    expect(actionOf(key, state)).toEqual(action);
  });

  test('the next algorithm is the one behind the present one, and the first behind the last', () => {
    const all = ['round-robin', 'hash'];
    const next = (now: string) => actionOf('a', { ...state, strategy: { all, now } });
    expect(next('round-robin')).toEqual({ type: 'strategy', name: 'hash' });
    expect(next('hash')).toEqual({ type: 'strategy', name: 'round-robin' });
    expect(next('./mine.ts')).toEqual({ type: 'strategy', name: 'round-robin' });
    expect(actionOf('a', state)).toBeUndefined();
  });

  test.each(['0', '3', '9', 'x', 'S', ' ', '\r', ''])('%j means nothing', key => {
    expect(actionOf(key, state)).toBeUndefined();
  });

  test.each([
    [0, '-', 0],
    [0, '+', 1],
    [3, '+', 5],
    [3, '-', 2],
    [100, '+', 100],
    [400, '+', 400],
    [400, '-', 100],
  ])('from %d requests a second %s makes %d', (requestsPerSecond, key, next) => {
    expect(actionOf(key, { ...state, requestsPerSecond })).toEqual({ type: 'load', requestsPerSecond: next });
  });

  test('are printed on one line that fits a terminal', () => {
    expect(keyLine(1)).toBe('keys: 1 server off or on, a next strategy, + - load, s shares, h help, q quit');
    expect(keyLine(3)).toMatch(/^keys: 1-3 server/);
    expect(keyLine(12)).toMatch(/^keys: 1-9 server/);
    expect(keyLine(12).length).toBeLessThanOrEqual(80);
  });
});
