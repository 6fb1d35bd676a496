import { expect, it } from 'vitest';
import { REPORTED_EVERY_MS, Refusals } from '../../../controller/switches/refusals.ts';

const refusal = { dpid: undefined, address: '10.0.0.1:40001', reason: 'the peer offers OpenFlow 1.0, not 1.3' };

it('a refusal is reported once a minute, whatever port the switch comes from, with how often it was not reported', () => {
  const refusals = new Refusals();
  expect(refusals.report(refusal, 0)).toBe(refusal);
  for (let second = 1; second < 60; second++)
    expect(refusals.report({ ...refusal, address: `10.0.0.1:${40001 + second}` }, second * 1000)).toBeUndefined();
  const again = refusals.report({ ...refusal, address: '10.0.0.1:50000' }, REPORTED_EVERY_MS);
  expect(again).toMatchObject({ address: '10.0.0.1:50000', reason: `${refusal.reason} (59 more times)` });
  expect(refusals.report(refusal, REPORTED_EVERY_MS + 1)).toBeUndefined();
});

it('another switch or another reason is reported at once', () => {
  const refusals = new Refusals();
  refusals.report(refusal, 0);
  expect(refusals.report({ ...refusal, address: '10.0.0.2:40001' }, 1)).toBeDefined();
  expect(refusals.report({ ...refusal, reason: 'no HELLO within 5000 ms' }, 1)).toBeDefined();
});

it('a thousand refused addresses cost no more memory than that', () => {
  const refusals = new Refusals();
  refusals.report(refusal, 0);
  for (let i = 0; i < 2000; i++) refusals.report({ ...refusal, address: `h${i}:1` }, 1);
  expect(refusals.report(refusal, 2)).toBe(refusal);
});
