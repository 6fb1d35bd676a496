import type { VNode } from 'preact';
import type { Filter } from '../model/filter.ts';
import { Charts } from './charts.tsx';
import { Empty } from './empty.tsx';
import { ServiceCard } from './service-card.tsx';
import { Stage } from './stage.tsx';
import { useStore } from './store-context.ts';
import { Stream } from './stream.tsx';
import { useWords } from './words.ts';

export interface OverviewProps {
  readonly focus: string | undefined;
  readonly onFocus: (service: string | undefined) => void;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly isPaused: boolean;
  readonly onPause: () => void;
}

/** The page for a class and for the night: traffic, services, the last minutes, decisions. */
export function Overview({ focus, onFocus, filter, onFilter, isPaused, onPause }: OverviewProps): VNode {
  const { text } = useWords();
  const { snapshot } = useStore();
  const services = snapshot.services ?? [];
  const isUnconnected = snapshot.switches?.length === 0;
  const shown = services.filter(({ name }) => focus === undefined || name === focus);
  return (
    <div class="overview">
      <h1 class="sr">{text.views.overview}</h1>
      <div class="main-column">
        {isUnconnected && <Empty kind="switches" />}
        {snapshot.services?.length === 0 && <Empty kind="services" />}
        {services.length > 0 && !isUnconnected && (
          <Stage focus={focus} onFocus={onFocus} onFilter={part => onFilter({ ...filter, ...part })} />
        )}
        <section class="service-list" aria-label={text.service.title}>
          {shown.map(service => (
            <ServiceCard key={service.name} service={service} />
          ))}
        </section>
        {services.length > 0 && <Charts focus={focus} />}
      </div>
      <Stream filter={filter} onFilter={onFilter} isPaused={isPaused} onPause={onPause} />
    </div>
  );
}
