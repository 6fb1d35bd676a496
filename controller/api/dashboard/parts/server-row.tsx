import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { endpointText } from '../../../core/endpoint.ts';
import { MAX_WEIGHT, stateChange, weightChange } from '../model/change.ts';
import type { Identity } from '../model/identity.ts';
import type { Server, ServerState, Service } from '../model/snapshot.ts';
import { serverStatus } from '../model/status.ts';
import { useActions } from './actions.ts';
import { Choices } from './choices.tsx';
import { Icon } from './icon.tsx';
import { Mark } from './mark.tsx';
import { ShareBar } from './share-bar.tsx';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

/** Offered by a click; `standby` is shown where a server is one. */
const OFFERED: readonly ServerState[] = ['ready', 'drain', 'maintenance'];

export function ServerRow({ service, server, look }: { service: Service; server: Server; look: Identity }): VNode {
  const { text, format } = useWords();
  const { columns } = text.service;
  const status = serverStatus(server);
  return (
    <tr role="row" class={`is-${status}`}>
      <th role="rowheader" scope="row">
        <Mark look={look} />
        <span class="who">
          <b>{server.name}</b>
          <span class="mono quiet">{endpointText(server)}</span>
        </span>
      </th>
      <Cell label={columns.health} class="health">
        <span class={`status is-${status}`}>
          <Icon name={status} /> {text.status[status]}
        </span>
        {status === 'ramping' ? (
          <span class="quiet small reason">{text.service.ramp(format.percent(server.ramp))}</span>
        ) : (
          server.health === 'down' && <span class="quiet small reason">{server.reason}</span>
        )}
      </Cell>
      <Cell label={columns.state} class="state-choice">
        <StateChoice service={service} server={server} />
      </Cell>
      <Cell label={columns.weight} class="number">
        <WeightChoice service={service} server={server} />
      </Cell>
      <Cell label={columns.connections} class="number">
        <span title={server.oldestMs === null ? '' : text.service.oldest(format.duration(server.oldestMs))}>
          {format.count(server.connections)}
        </span>
      </Cell>
      <Cell label={columns.fresh} class="number">
        <span title={text.service.chosen(format.count(server.chosen))}>{format.rate(server.newPerSecond)}</span>
      </Cell>
      <Cell label={columns.traffic} class="number">
        {format.bytesPerSecond(server.bytesPerSecond)}
      </Cell>
      <Cell label={columns.response} class="number">
        {server.responseMs === null ? '–' : format.duration(server.responseMs)}
      </Cell>
      <Cell label={columns.share}>
        <ShareBar server={server} look={look} />
      </Cell>
    </tr>
  );
}

/** On a narrow page the label stands beside its value. */
function Cell({ label, class: name = '', children }: { label: string; class?: string; children: ComponentChildren }): VNode {
  return (
    <td role="cell" class={name}>
      <span class="cell-label" aria-hidden="true">
        {label}
      </span>
      <div class="cell-value">{children}</div>
    </td>
  );
}

function StateChoice({ service, server }: { service: Service; server: Server }): VNode {
  const { text } = useWords();
  const { isReadOnly } = useStore();
  const { change } = useActions();
  if (isReadOnly) return <span>{text.states[server.state]}</span>;
  const offered = OFFERED.includes(server.state) ? OFFERED : [...OFFERED, server.state];
  return (
    <Choices
      label={text.service.stateOf(server.name)}
      value={server.state}
      options={offered.map(state => [state, text.states[state], text.stateHelp[state]] as const)}
      onChoose={state => void change(stateChange(service, server.name, state))}
    />
  );
}

function WeightChoice({ service, server }: { service: Service; server: Server }): VNode {
  const { text } = useWords();
  const { isReadOnly } = useStore();
  const { change } = useActions();
  // what is being typed is not to be overwritten by what is read each second
  const [draft, setDraft] = useState<string>();
  if (isReadOnly) return <span>{server.weight}</span>;
  const set = (weight: number) => void change(weightChange(service, server.name, weight));
  return (
    <span class="stepper">
      <button
        type="button"
        aria-label={text.service.lighter(server.name)}
        disabled={server.weight <= 1}
        onClick={() => set(server.weight - 1)}
      >
        −
      </button>
      <input
        type="number"
        min={1}
        max={MAX_WEIGHT}
        value={draft ?? server.weight}
        aria-label={text.service.weightOf(server.name)}
        onInput={event => setDraft(event.currentTarget.value)}
        onChange={event => set(event.currentTarget.valueAsNumber)}
        onBlur={() => setDraft(undefined)}
      />
      <button
        type="button"
        aria-label={text.service.heavier(server.name)}
        disabled={server.weight >= MAX_WEIGHT}
        onClick={() => set(server.weight + 1)}
      >
        +
      </button>
    </span>
  );
}
