import { beforeAll, describe, expect, test, vi } from 'vitest';
import { labs } from '../../../../topologies/catalogue.ts';
import { flowLines } from '../../../../topologies/embedded/live/flow-lines.ts';
import { type Balanced, balanced } from './balanced.ts';

const URL = 'http://10.0.0.100/';
/** For what takes a moment in real time, on a machine that is busy. */
const patient = { timeout: 15_000, interval: 50 };

describe.each(['single', 'linear'] as const)(
  'a lab "%s" in real time, its switches connected over TCP',
  { timeout: 40_000 },
  name => {
    let at: Balanced;
    /** Flows of connections. */
    const flows = () => [...at.lab.lab.switches.values()].flatMap(flowLines).filter(line => line.includes('priority=400'));

    beforeAll(async () => {
      at = await balanced(labs[name]);
      await vi.waitFor(() => expect(at.logged('server').filter(({ state }) => state === 'up')).toHaveLength(6), patient);
    }, 30_000);

    test('has a controller on every switch, hosts that are on and links that are up', async () => {
      const { switches, hosts, links, load } = await at.lab.parts();
      expect(switches.map(({ connected }) => connected)).toEqual(labs[name].switches.map(() => true));
      expect(switches[0]).toMatchObject({ name: 's1', dpid: '0000000000000001' });
      expect(hosts.every(({ on }) => on)).toBe(true);
      expect(links.map(({ ends }) => ends)).toEqual(labs[name].links);
      expect(links.every(({ up }) => up)).toBe(true);
      expect(load).toEqual({ requestsPerSecond: 0, answered: 0, failed: 0 });
    });

    test('30 requests of two clients go round in turn, the log says so, and no connection is left', async () => {
      const before = flows();
      const answers = (await Promise.all(['h4', 'h5'].map(host => at.lab.ask(host, URL, 15, 20)))).flat();
      expect(answers.filter(({ ok, error, status }) => !ok || error !== null || status !== 200)).toEqual([]);
      const pages = ['Server 1', 'Server 2', 'Server 3'];
      expect(pages.map(page => answers.filter(({ body }) => body === page).length)).toEqual([10, 10, 10]);

      const decisions = at.logged('decision');
      expect(decisions.map(({ server }) => server.name)).toEqual(Array.from({ length: 30 }, (_, i) => `server${(i % 3) + 1}`));
      expect(new Set(decisions.map(({ client }) => client.ip))).toEqual(new Set(['10.0.0.4', '10.0.0.5']));
      await expect.poll(() => at.logged('end').length, patient).toBe(30);
      expect(new Set(at.logged('end').map(({ of }) => of))).toEqual(new Set(decisions.map(({ seq }) => seq)));
      expect(at.logged('end').every(({ why, bytes }) => why === 'fin' && bytes.out > 0)).toBe(true);
      expect(flows()).toEqual(before);
      expect(at.logged('warning')).toEqual([]);
    });

    test('a host that is switched off is avoided after a while, and chosen again when it is on', async () => {
      const states = () => at.logged('server').filter(({ service, server }) => service === 'web' && server === 'server3');
      at.lab.power('h3', false);
      expect(at.lab.isOn('h3')).toBe(false);
      await expect.poll(() => states().at(-1)!.state, patient).toBe('down');
      const without = await at.lab.ask('h4', URL, 4, 20);
      expect(without.map(({ body }) => body).sort()).toEqual(['Server 1', 'Server 1', 'Server 2', 'Server 2']);
      at.lab.power('h3', true);
      await expect.poll(() => states().at(-1)!.state, patient).toBe('up');
      const after = await at.lab.ask('h4', URL, 3, 20);
      expect(after.map(({ body }) => body).sort()).toEqual(['Server 1', 'Server 2', 'Server 3']);
    });

    test('the clients keep sending when they are asked to, in turn, until they are asked to stop', async () => {
      at.lab.load.set(50);
      await expect.poll(() => at.lab.load.state.answered, patient).toBeGreaterThanOrEqual(12);
      at.lab.load.set(0);
      const { failed, requestsPerSecond } = at.lab.load.state;
      expect({ failed, requestsPerSecond }).toEqual({ failed: 0, requestsPerSecond: 0 });
      const shares = at.lab.load.shares(['Server 1', 'Server 2', 'Server 3']);
      expect([...shares.keys()]).toEqual(['Server 1', 'Server 2', 'Server 3']);
      expect(Math.max(...shares.values()) - Math.min(...shares.values())).toBeLessThanOrEqual(2);
    });
  },
);
