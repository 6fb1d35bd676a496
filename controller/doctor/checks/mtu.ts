import { entryOf } from '../../core/entry-of.ts';
import type { Facts } from '../facts.ts';
import type { Check } from '../finding.ts';

interface Ending {
  readonly name: string;
  readonly mtu: number;
  /** Prefix of a command for it. */
  readonly to: string;
}

/** An interface with another MTU than most. */
export const mtu: Check = facts => {
  const all = endings(facts);
  const sizes = new Map<number, Ending[]>();
  for (const one of all) entryOf(sizes, one.mtu, () => []).push(one);
  if (sizes.size < 2) return [];
  const usual = [...sizes].toSorted(([a, one], [b, other]) => other.length - one.length || b - a)[0]![0];
  return all
    .filter(one => one.mtu !== usual)
    .map(({ name, mtu: size, to }) => ({
      about: [name],
      what: `The MTU of ${name} is ${size}; the other interfaces have ${usual}.`,
      why: 'Small requests work and large answers hang: a switch drops packets that are too long without an error.',
      fix: [`${to}ip link set ${name} mtu ${usual}`],
    }));
};

function endings({ openVswitch: { bridges }, hosts, way }: Facts): Ending[] {
  const ports = bridges.flatMap(bridge => bridge.ports);
  return [
    ...ports.flatMap(({ name, mtu: size, type }) =>
      size === undefined || type !== '' ? [] : [{ name, mtu: size, to: way.toSwitch }],
    ),
    ...hosts.flatMap(host => host.interfaces.map(({ name, mtu: size }) => ({ name, mtu: size, to: way.toHost(host.name) }))),
  ];
}
