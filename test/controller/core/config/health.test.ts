import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../../controller/core/config.ts';
import { healthOf } from '../../health/network.ts';

type Health = Parameters<typeof healthOf>[0];

function problems(health: Health, protocol: 'tcp' | 'udp' = 'tcp'): string[] {
  const service = { name: 'web', vip: '10.0.0.100', port: 80, protocol, servers: [{ name: 's', ip: '10.0.0.1' }], health };
  const { error } = configSchema.safeParse({ services: [service] });
  return error?.issues.map(({ path, message }) => `${path.slice(3).join('.')}: ${message}`) ?? [];
}

describe('the health of a service', () => {
  it('derives its pace from its interval by default', () => {
    const paceOf = (health: Health) => {
      const { fastIntervalMs, timeoutMs } = healthOf(health);
      return [fastIntervalMs, timeoutMs];
    };
    expect(paceOf({})).toEqual([500, 1000]);
    expect(paceOf({ interval: '500ms' })).toEqual([125, 500]);
    expect(paceOf({ interval: '100ms' })).toEqual([100, 100]);
    expect(paceOf({ interval: '1s', fastInterval: '50ms', timeout: '3s' })).toEqual([50, 3000]);
  });

  it.each<[NonNullable<NonNullable<Health>['http']>['status'], number[][]]>([
    [200, [[200, 200]]],
    ['204', [[204, 204]]],
    ['200-299', [[200, 299]]],
    [
      [200, ' 300 - 399 '],
      [
        [200, 200],
        [300, 399],
      ],
    ],
  ])('takes the status %j', (status, expected) => {
    const found = healthOf({ type: 'http', http: { status } }).http.status;
    expect(found.map(({ from, to }) => [from, to])).toEqual(expected);
  });

  it.each<[Health, string[]]>([
    [
      { type: 'http', http: { status: '399-200' } },
      ['http.status: must be a status or a range, such as 200 or 200-399, not "399-200"'],
    ],
    [{ type: 'http', http: { status: [200, 99] } }, ['http.status: must be a status or a range, such as 200 or 200-399, not 99']],
    [{ type: 'http', http: { path: 'health' } }, ['http.path: must begin with / and contain no spaces']],
    [{ type: 'http', http: { path: '/a\r\nX: y' } }, ['http.path: must begin with / and contain no spaces']],
    [{ type: 'http', http: { host: 'a b' } }, ['http.host: must not contain spaces']],
    [{ http: {} }, ['http: requires `type: http`']],
    [{ type: 'icmp', port: 80 }, ['port: has no effect, because icmp probes have no port']],
    [{ type: 'arp', from: 'controller' }, ['from: has no effect, because arp probes go through the switch']],
    [{ interval: '1s', fastInterval: '2s' }, ['fastInterval: must not be longer than `interval`']],
  ])('refuses what has no effect or no sense: %j', (health, expected) => {
    expect(problems(health)).toEqual(expected);
  });

  it('refuses the same for a udp service, which is probed by ARP by default', () => {
    expect(problems({ port: 80 }, 'udp')).toEqual(['port: has no effect, because arp probes have no port']);
    expect(problems({ from: 'controller' }, 'udp')).toEqual(['from: has no effect, because arp probes go through the switch']);
    expect(problems({ type: 'tcp', port: 80, from: 'controller' }, 'udp')).toEqual([]);
  });
});
