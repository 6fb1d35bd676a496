import { describe, expect, test } from 'vitest';
import { labs } from '../../topologies/catalogue.ts';
import { LabError } from '../../topologies/lab-error.ts';
import type { LabSpec } from '../../topologies/spec.ts';
import { assertValid, problemsOf } from '../../topologies/validation.ts';

describe('the labs that come with vipflow', () => {
  test.each(Object.entries(labs))('%s is valid and carries its own name', (name, lab) => {
    expect(problemsOf(lab)).toEqual([]);
    expect(lab.name).toBe(name);
  });

  test('follow the rules of Mininet: h1 is 10.0.0.1', () => {
    for (const lab of Object.values(labs)) for (const host of lab.hosts) expect(host.ip).toBe(`10.0.0.${host.name.slice(1)}`);
  });

  test('single has the three pages of the report and two clients', () => {
    expect(labs.single.hosts.map(host => host.page ?? host.role)).toEqual([
      'Server 1',
      'Server 2',
      'Server 3',
      'client',
      'client',
    ]);
  });

  test('linear has no loop: one link fewer than nodes', () => {
    expect(labs.linear.links.length).toBe(labs.linear.hosts.length + labs.linear.switches.length - 1);
  });

  // Mininet's own command reads this copy; `vitest -u` writes it again.
  test('are what labs.json says', async () => {
    const onOneLine = (list: string) => list.replace(/\s+/g, '').replaceAll(',', ', ').replace(':', ': ');
    const text = JSON.stringify(labs, undefined, 2).replace(/"links": [^{}]*\](?=,\s+"services")/g, onOneLine);
    await expect(`${text}\n`).toMatchFileSnapshot('../../topologies/mininet/labs.json');
  });
});

describe('a lab that cannot be', () => {
  const good: LabSpec = labs.two;
  const rows: [string, Partial<LabSpec>, string][] = [
    ['no switch', { switches: [] }, 'there is no switch'],
    ['a name too long for an interface', { switches: [{ name: 's123456789' }] }, "'s123456789' is no name of a node"],
    ['a name twice', { switches: [{ name: 'h1' }] }, 'two nodes are called h1'],
    ['a switch without a number', { switches: [{ name: 'core' }] }, 'core needs a dpid'],
    ['a bad dpid', { switches: [{ name: 's1', dpid: '1' }] }, "the dpid '1' of s1"],
    ['a dpid twice', { switches: [{ name: 's1' }, { name: 's2', dpid: '0000000000000001' }] }, 'two switches have the dpid'],
    [
      'an address twice',
      { hosts: [good.hosts[0]!, { ...good.hosts[1]!, ip: '10.0.0.1' }] },
      'two hosts have the address 10.0.0.1',
    ],
    ['no address', { hosts: [good.hosts[0]!, { ...good.hosts[1]!, ip: '10.0.0' }] }, "'10.0.0' of h2 is no IPv4 address"],
    [
      'a client that serves',
      { hosts: [good.hosts[0]!, { ...good.hosts[1]!, http: 80 }] },
      'h2 serves on port 80 but is a client',
    ],
    ['a link to nowhere', { links: [...good.links, ['s1', 's9']] }, 'a link goes to s9, which does not exist'],
    ['a link to itself', { links: [...good.links, ['s1', 's1']] }, 's1 is linked to itself'],
    ['a host without a link', { links: [['h1', 's1']] }, 'h2 has 0 links instead of one'],
    ['a link twice', { links: [...good.links, ['s1', 'h1']] }, 'h1 and s1 are linked twice'],
    ['a host linked to a host', { links: [['h1', 'h2']] }, 'h1 is linked to h2, which is no switch'],
    ['a VIP that a host has', { services: [{ ...good.services[0]!, vip: '10.0.0.2' }] }, 'is the address of h2'],
    [
      'a server that nobody is',
      { services: [{ ...good.services[0]!, servers: [{ name: 'a', ip: '10.0.0.9', port: 8000 }] }] },
      'which no host has',
    ],
    [
      'a port that nobody serves',
      { services: [{ ...good.services[0]!, servers: [{ name: 'a', ip: '10.0.0.1', port: 81 }] }] },
      'which h1 does not serve',
    ],
    ['a service without servers', { services: [{ ...good.services[0]!, servers: [] }] }, 'web has no server'],
    ['a prefix too long', { prefixLength: 33 }, 'prefixLength 33'],
  ];

  test.each(rows)('%s is named', (_, change, words) => {
    expect(problemsOf({ ...good, ...change }).join('; ')).toContain(words);
  });

  test('is refused with everything that is wrong in one sentence', () => {
    const bad = { ...good, switches: [], prefixLength: 0 };
    expect(() => assertValid(bad)).toThrow(LabError);
    expect(() => assertValid(bad)).toThrow(/^The lab 'two' is not valid: there is no switch; prefixLength 0 .*\.$/);
  });
});
