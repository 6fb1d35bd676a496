import { entryOf } from '../../core/entry-of.ts';
import type { BridgeFacts } from '../facts.ts';
import type { Check } from '../finding.ts';

/** Two switches with one datapath id: the controller takes only the one that came first. */
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
        why: 'The controller keeps the one that connected first and refuses the other: it has no flows.',
        mend: [`${toSwitch}ovs-vsctl set bridge ${names.at(-1)} other-config:datapath-id=${free}`],
      },
    ];
  });
};
