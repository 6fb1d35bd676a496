import type { VNode } from 'preact';
import { endpointText } from '../../../core/endpoint.ts';
import { strategyChange } from '../model/change.ts';
import { identityOf } from '../model/identity.ts';
import type { Service } from '../model/snapshot.ts';
import { serviceStatus, taking } from '../model/status.ts';
import { useActions } from './actions.ts';
import { Icon } from './icon.tsx';
import { ServerRow } from './server-row.tsx';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

const STATE_ICON = { up: 'up', down: 'down', panic: 'alert', waiting: 'unknown' } as const;

/** One service: how it is, how it chooses, and each of its servers. */
export function ServiceCard({ service }: { service: Service }): VNode {
  const { text, format } = useWords();
  const { name, vip, port, protocol, servers } = service;
  const state = serviceStatus(service);
  const { columns } = text.service;
  return (
    <article class="service-card panel" aria-labelledby={`service-${name}`}>
      <header class="panel-head">
        <h3 id={`service-${name}`}>{name}</h3>
        <span class="mono quiet">
          {endpointText({ ip: vip, port })}/{protocol}
        </span>
        <span class={`state is-${state}`}>
          <Icon name={STATE_ICON[state]} /> {text.service.states[state]}
        </span>
        <span class="quiet small">{text.service.taking(taking(service), servers.length)}</span>
        <span class="spring" />
        <span class="totals figures small">
          <b>{format.count(service.connections)}</b> {text.bar.connections(service.connections)}
          <b>{format.rate(service.newPerSecond)}</b> {text.bar.perSecond}
          <b>{format.bytesPerSecond(service.bytesPerSecond)}</b>
        </span>
      </header>
      <Choosing service={service} />
      {/* the roles stay although they are those of the elements: on a narrow page these are no longer displayed as a table */}
      <table class="servers" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              {columns.server}
            </th>
            <th role="columnheader" scope="col">
              {columns.health}
            </th>
            <th role="columnheader" scope="col">
              {columns.state}
            </th>
            <th role="columnheader" scope="col" class="number">
              {columns.weight}
            </th>
            <th role="columnheader" scope="col" class="number">
              {columns.connections}
            </th>
            <th role="columnheader" scope="col" class="number">
              {columns.fresh}
            </th>
            <th role="columnheader" scope="col" class="number">
              {columns.traffic}
            </th>
            <th role="columnheader" scope="col" class="number">
              {columns.response}
            </th>
            <th role="columnheader" scope="col" title={text.service.shareLegend}>
              {columns.share}
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {servers.map((server, index) => (
            <ServerRow key={server.name} service={service} server={server} look={identityOf(index)} />
          ))}
        </tbody>
      </table>
    </article>
  );
}

/** The strategy, by a choice of all there are; what the shadow says; affinity. */
function Choosing({ service }: { service: Service }): VNode {
  const { text, format } = useWords();
  const { snapshot, isReadOnly } = useStore();
  const { change } = useActions();
  const { name, strategy, shadow, affinity } = service;
  const offers = snapshot.strategies.some(offer => offer.name === strategy.name)
    ? snapshot.strategies
    : [{ name: strategy.name, summary: '' }, ...snapshot.strategies];
  const summary = offers.find(offer => offer.name === strategy.name)?.summary ?? '';
  const id = `strategy-${name}`;
  return (
    <div class="choosing">
      <label for={id} class="quiet">
        {text.service.strategy}
      </label>
      {isReadOnly ? (
        <b id={id}>{strategy.name}</b>
      ) : (
        <select id={id} value={strategy.name} onChange={event => void change(strategyChange(service, event.currentTarget.value))}>
          {offers.map(offer => (
            <option key={offer.name} value={offer.name} title={text.summary(offer.name, offer.summary)}>
              {offer.name}
            </option>
          ))}
        </select>
      )}
      <span class="summary">{text.summary(strategy.name, summary)}</span>
      <span class="quiet small">{affinity.by === 'none' ? text.service.noAffinity : text.service.affinity(affinity.by)}</span>
      {shadow && (
        <span class="quiet small">
          {text.service.shadow} <b>{shadow.name}</b>{' '}
          {shadow.asked > 0 && text.service.agrees(format.percent(shadow.agreed / shadow.asked))}
        </span>
      )}
    </div>
  );
}
