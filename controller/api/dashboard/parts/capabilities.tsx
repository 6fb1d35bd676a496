import type { VNode } from 'preact';
import type { Capability, Switch } from '../model/snapshot.ts';
import { Icon } from './icon.tsx';
import { useWords } from './words.ts';

/** What a switch can do beyond the core of OpenFlow 1.3, and the use of it. */
export function Capabilities({ able }: { able: NonNullable<Switch['capabilities']> }): VNode {
  const { network } = useWords().text;
  const names = Object.keys(network.capabilities) as Capability[];
  return (
    <details class="capabilities">
      <summary>{network.capable(names.filter(name => able[name]).length, names.length)}</summary>
      <ul>
        {names.map(name => (
          <li key={name}>
            <span class={`state ${able[name] ? 'is-up' : 'quiet'}`}>
              <Icon name={able[name] ? 'up' : 'down'} /> <span class="sr">{able[name] ? network.yes : network.no}</span>
            </span>
            <span>
              <b>{network.capabilities[name].name}</b> <span class="quiet">{network.capabilities[name].use}</span>
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
