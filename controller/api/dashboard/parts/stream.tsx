import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { endpointText } from '../../../core/endpoint.ts';
import { type Filter, isNarrow, NO_FILTER, passes } from '../model/filter.ts';
import { identityIn } from '../model/identity.ts';
import type { Choice } from '../model/journal.ts';
import { DecisionItem } from './decision-item.tsx';
import { Icon } from './icon.tsx';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

/** Decisions in the page at once. */
const SHOWN = 120;

/** The decisions as they fall, newest first. Paused, it stays as it is, and counts what waits. */
export function Stream({
  filter,
  onFilter,
  isPaused,
  onPause,
}: {
  filter: Filter;
  onFilter: (filter: Filter) => void;
  isPaused: boolean;
  onPause: () => void;
}): VNode {
  const { text, format } = useWords();
  const { journal, snapshot } = useStore();
  const [open, setOpen] = useState<string>();
  const held = useRef(journal.choices);
  // who reads one does not want it to run away
  const isHeld = isPaused || open !== undefined;
  if (!isHeld) held.current = journal.choices;
  const services = snapshot.services ?? [];
  const waiting = isHeld ? countWaiting(journal.choices, held.current[0]) : 0;
  const shown = held.current.filter(choice => passes(choice, filter)).slice(0, SHOWN);
  return (
    <section class="stream panel" aria-labelledby="stream-title">
      <header class="panel-head">
        <h2 id="stream-title">{text.stream.title}</h2>
        <span class="spring" />
        {waiting > 0 && <span class="quiet small figures">{text.stream.waiting(waiting)}</span>}
        <button type="button" aria-pressed={isPaused} onClick={onPause}>
          <Icon name={isPaused ? 'ready' : 'standby'} /> {isPaused ? text.stream.resume : text.stream.pause}
        </button>
      </header>
      <FilterForm filter={filter} onFilter={onFilter} />
      {journal.missed > 0 && <p class="quiet small">{text.stream.missed(format.count(journal.missed))}</p>}
      {shown.length === 0 ? (
        <NoDecision isFiltered={isNarrow(filter)} />
      ) : (
        <ol class="decisions">
          {shown.map(choice => {
            const key = `${choice.time} ${choice.seq}`;
            return (
              <DecisionItem
                key={key}
                choice={choice}
                look={choice.type === 'refused' ? undefined : identityIn(services, choice.service, choice.server.name)}
                hasOneService={services.length < 2}
                isOpen={open === key}
                onToggle={() => setOpen(open === key ? undefined : key)}
              />
            );
          })}
        </ol>
      )}
    </section>
  );
}

function countWaiting(choices: readonly Choice[], top: Choice | undefined): number {
  const at = choices.findIndex(choice => choice === top || (choice.seq === top?.seq && choice.time === top.time));
  return at === -1 ? choices.length : at;
}

export function FilterForm({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }): VNode {
  const { text } = useWords();
  const services = useStore().snapshot.services ?? [];
  const servers = services
    .filter(({ name }) => filter.service === '' || name === filter.service)
    .flatMap(service => service.servers.map(({ name }) => name));
  return (
    <form class="filter" role="search" aria-label={text.stream.filter} onSubmit={event => event.preventDefault()}>
      <label>
        <span class="sr">{text.stream.client}</span>
        <input
          id="filter-client"
          type="search"
          value={filter.client}
          placeholder={`${text.stream.client} ${text.stream.clientHint}`}
          onInput={event => onFilter({ ...filter, client: event.currentTarget.value })}
        />
      </label>
      <Pick
        label={text.stream.service}
        value={filter.service}
        values={services.map(({ name }) => name)}
        onPick={service => onFilter({ ...filter, service })}
      />
      <Pick
        label={text.stream.server}
        value={filter.server}
        values={[...new Set(servers)]}
        onPick={server => onFilter({ ...filter, server })}
      />
      {isNarrow(filter) && (
        <button
          type="button"
          class="plain"
          aria-label={text.stream.clear}
          title={text.stream.clear}
          onClick={() => onFilter(NO_FILTER)}
        >
          <Icon name="close" />
        </button>
      )}
    </form>
  );
}

function Pick({
  label,
  value,
  values,
  onPick,
}: {
  label: string;
  value: string;
  values: readonly string[];
  onPick: (value: string) => void;
}): VNode {
  const { text } = useWords();
  return (
    <label>
      <span class="sr">{label}</span>
      <select value={value} onChange={event => onPick(event.currentTarget.value)}>
        <option value="">
          {label}: {text.stream.any}
        </option>
        {values.map(name => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function NoDecision({ isFiltered }: { isFiltered: boolean }): VNode {
  const { text } = useWords();
  const service = useStore().snapshot.services?.find(({ protocol }) => protocol === 'tcp');
  if (isFiltered) return <p class="empty quiet">{text.empty.filtered}</p>;
  return (
    <div class="empty">
      <p>{text.empty.decisions}</p>
      {service && (
        <>
          <p class="quiet small">{text.empty.decisionsDo}</p>
          <code>curl http://{endpointText({ ip: service.vip, port: service.port })}/</code>
        </>
      )}
    </div>
  );
}
