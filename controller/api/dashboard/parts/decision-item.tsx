import type { VNode } from 'preact';
import type { Identity } from '../model/identity.ts';
import type { Choice } from '../model/journal.ts';
import { DecisionDetails } from './decision-details.tsx';
import { Icon } from './icon.tsx';
import { Mark } from './mark.tsx';
import { useWords } from './words.ts';

/** One decision in a line; opened, it says why. */
export function DecisionItem({
  choice,
  look,
  hasOneService,
  isOpen,
  onToggle,
}: {
  choice: Choice;
  look: Identity | undefined;
  hasOneService: boolean;
  isOpen: boolean;
  onToggle: () => void;
}): VNode {
  const { text, format } = useWords();
  const rule = choice.type === 'adopted' ? text.stream.adopted : text.rule(choice.reason.rule);
  return (
    <li class={`decision is-${choice.type} ${choice.end ? 'is-over' : ''}`}>
      <button type="button" aria-expanded={isOpen} onClick={onToggle}>
        <time dateTime={choice.time}>{format.time(choice.time)}</time>
        <span class="client">
          {choice.client.ip}
          <span class="quiet">:{choice.client.port}</span>
        </span>
        <span class="target">
          {look ? <Mark look={look} /> : <Icon name="down" />}
          <b>{choice.type === 'refused' ? text.stream.refused : choice.server.name}</b>
        </span>
        <span class="rule quiet">
          {hasOneService ? '' : `${choice.service} · `}
          {rule}
        </span>
      </button>
      {isOpen && <DecisionDetails choice={choice} />}
    </li>
  );
}
