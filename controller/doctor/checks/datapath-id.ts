import { entryOf } from '../../core/entry-of.ts';
import type { BridgeFacts } from '../facts.ts';
import type { Check } from '../finding.ts';

/** Two switches with the same datapath id: the controller accepts the first only. */
export const datapathId: Check = ({ openVswitch: { bridges }, controller: { switches }, way: { toSwitch } }) => {
  const numbers = new Map<string, BridgeFacts[]>();
  for (const bridge of bridges) entryOf(numbers, bridge.dpid, () => []).push(bridge);
  return [...numbers].flatMap(([dpid, same]) => {
    if (same.length < 2 || dpid === '') return [];
    const taken = new Set([...bridges, ...switches].map(one => one.dpid));
    const free = Array.from({ length: taken.size + 1 }, (_, i) => (i + 1).toString(16).padStart(16, '0')).find(
      id => !taken.has(id),
    )!;
    const names = same.map(({ name }) => name);
    return [
      {
        about: names,
        what: `${names.join(' and ')} have the same datapath id, ${dpid}.`,
        why: 'The controller accepts the switch that connects first and refuses the other, which gets no flows.',
        fix: [`${toSwitch}ovs-vsctl set bridge ${names.at(-1)} other-config:datapath-id=${free}`],
      },
    ];
  });
};
