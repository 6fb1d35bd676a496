import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointText } from '../../../controller/core/endpoint.ts';
import { familyOf, parseIp } from '../../../controller/core/ip.ts';

describe('an IP address', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1', 'ipv4'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1', 'ipv6'],
    ['::ffff:10.0.0.1', '::ffff:a00:1', 'ipv6'],
    ['::', '::', 'ipv6'],
  ])('has one text: %s is %s', (text, canonical, family) => {
    const ip = parseIp(text)!;
    expect(ip).toBe(canonical);
    expect(familyOf(ip)).toBe(family);
  });

  it.each(['', '10.0.0', '10.0.0.256', '01.2.3.4', 'fe80::1%eth0', '1::2::3', 'server1'])('is not made of %j', text => {
    expect(parseIp(text)).toBeUndefined();
  });

  it('is the same when its text is read again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), text => {
        const ip = parseIp(text);
        if (ip !== undefined) expect(parseIp(ip)).toBe(ip);
      }),
    );
  });
});

describe('an endpoint', () => {
  it.each([
    [{ ip: '10.0.0.1', port: 80 }, '10.0.0.1:80'],
    [{ ip: '2001:db8::1', port: 80 }, '[2001:db8::1]:80'],
  ])('is written with brackets where a colon would be read twice: %j', (endpoint, text) => {
    expect(endpointText(endpoint)).toBe(text);
  });
});
