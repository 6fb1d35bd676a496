import { describe, expect, it } from 'vitest';
import { durationText, parseDuration } from '../../../controller/core/duration.ts';
import { nearest } from '../../../controller/core/nearest.ts';
import { virtualMac } from '../../../controller/core/virtual-mac.ts';

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['2s', 2000],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['5', undefined],
    ['-5s', undefined],
    ['5 s', undefined],
    ['', undefined],
  ])('reads %j', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each([
    [300_000, '5m'],
    [90_000, '90s'],
    [1500, '1500ms'],
  ])('writes %d', (ms, text) => expect(durationText(ms)).toBe(text));
});

describe('what was meant', () => {
  it.each([
    ['wieght', 'weight'],
    ['htp', 'http'],
    ['sing', 'single'],
    ['zebra', undefined],
  ])('by %s', (word, known) => expect(nearest(word, ['weight', 'http', 'single'])).toBe(known));
});

describe('the MAC of a VIP', () => {
  it('follows from its address, is unicast and locally administered', () => {
    expect(virtualMac('10.0.0.100')).toBe('02:56:0a:00:00:64');
    expect(virtualMac('255.1.16.9')).toBe('02:56:ff:01:10:09');
  });
});
