import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Filter } from '../model/filter.ts';
import { identityIn } from '../model/identity.ts';
import { layoutOf } from '../model/layout.ts';
import { topologyOf } from '../model/topology.ts';
import { Choices } from './choices.tsx';
import { LastDecision } from './last-decision.tsx';
import { Picture } from './picture.tsx';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

/** Root ems that the picture has at least where its layers go across. */
const MIN_EM = 19;
const MIN_EM_LARGE = 21;

/** The network with the traffic moving on it. `focus` is the service that is shown; undefined: all. */
export function Stage({
  focus,
  onFocus,
  onFilter,
}: {
  focus: string | undefined;
  onFocus: (service: string | undefined) => void;
  onFilter: (filter: Partial<Filter>) => void;
}): VNode {
  const store = useStore();
  const { text } = useWords();
  const [place, size] = useSize();
  const { snapshot, activity, journal } = store;
  const services = snapshot.services ?? [];
  const topology = topologyOf(snapshot, activity, focus, store.now());
  const isLarge = document.documentElement.classList.contains('large');
  const layout = size && layoutOf(topology, size.width, size.em, (isLarge ? MIN_EM_LARGE : MIN_EM) * size.em);
  const last = journal.choices.find(choice => focus === undefined || choice.service === focus);
  return (
    <section class="stage panel" aria-labelledby="stage-title">
      <header class="panel-head">
        <h2 id="stage-title">{text.stage.title}</h2>
        {services.length > 1 && (
          <Choices
            label={text.stage.focus}
            value={focus ?? ''}
            options={[['', text.stage.all], ...services.map(({ name }) => [name, name] as const)]}
            onChoose={name => onFocus(name === '' ? undefined : name)}
          />
        )}
      </header>
      <div class="stage-place" ref={place}>
        {layout && <Picture topology={topology} layout={layout} onFocus={onFocus} onFilter={onFilter} />}
      </div>
      <LastDecision
        choice={last}
        look={last?.type === 'decision' ? identityIn(services, last.service, last.server.name) : undefined}
      />
    </section>
  );
}

/** The width of an element and the root's font size, in pixels, as they are now. */
function useSize(): [{ current: HTMLDivElement | null }, { width: number; em: number } | undefined] {
  const place = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<{ width: number; em: number }>();
  useLayoutEffect(() => {
    const measure = () => {
      const width = place.current!.clientWidth;
      const em = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setSize(known => (known?.width === width && known.em === em ? known : { width, em }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(place.current!);
    observer.observe(document.documentElement);
    measure();
    return () => observer.disconnect();
  }, []);
  return [place, size];
}
