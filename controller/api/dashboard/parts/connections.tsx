import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { endpointText } from '../../../core/endpoint.ts';
import type { ConnectionsView } from '../../shapes.ts';
import { type Filter, NO_FILTER } from '../model/filter.ts';
import { identityIn } from '../model/identity.ts';
import { Mark } from './mark.tsx';
import { useReading } from './reading.ts';
import { useStore } from './store-context.ts';
import { FilterForm } from './stream.tsx';
import { WideTable } from './wide-table.tsx';
import { useWords } from './words.ts';

const LIMIT = 200;
const READ_EVERY_MS = 2000;

/** Living connections, found by client, service and server. */
export function Connections(): VNode {
  const { text, format } = useWords();
  const services = useStore().snapshot.services ?? [];
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const query = queryOf(filter);
  const { value, problem } = useReading(query, store => store.get<ConnectionsView>(`/connections?${query}`), READ_EVERY_MS);
  return (
    <section class="panel" aria-labelledby="connections-title">
      <header class="panel-head">
        <h1 id="connections-title">{text.connections.title}</h1>
        {value && (
          <span class="quiet figures" role="status">
            {text.connections.total(format.count(value.total), format.count(value.items.length))}
          </span>
        )}
      </header>
      <FilterForm filter={filter} onFilter={setFilter} />
      {problem && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      {value?.items.length === 0 && <p class="empty quiet">{text.empty.connections}</p>}
      {value !== undefined && value.items.length > 0 && (
        <WideTable label={text.connections.title}>
          <thead>
            <tr>
              <th scope="col">{text.stream.client}</th>
              <th scope="col">{text.stream.service}</th>
              <th scope="col">{text.stream.server}</th>
              <th scope="col">{text.connections.state}</th>
              <th scope="col">{text.connections.since}</th>
              <th scope="col" class="number">
                {text.connections.age}
              </th>
              <th scope="col" class="number">
                {text.connections.answered}
              </th>
            </tr>
          </thead>
          <tbody>
            {value.items.map(({ id, service, server, client, since, ageMs, answeredMs, closed }) => (
              <tr key={id}>
                <th scope="row" class="mono">
                  {endpointText(client)}
                </th>
                <td>{service}</td>
                <td>
                  <Mark look={identityIn(services, service, server)} /> {server}
                </td>
                <td>{closed ? text.connections.closed : text.connections.open}</td>
                <td class="figures">{format.time(since)}</td>
                <td class="number">{format.duration(ageMs)}</td>
                <td class="number">{answeredMs === null ? '–' : format.duration(answeredMs)}</td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
    </section>
  );
}

function queryOf({ client, service, server }: Filter): string {
  const given = Object.entries({ client: client.trim(), service, server }).filter(([, value]) => value !== '');
  return new URLSearchParams({ ...Object.fromEntries(given), limit: String(LIMIT) }).toString();
}
