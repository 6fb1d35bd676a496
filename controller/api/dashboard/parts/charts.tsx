import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { identityOf } from '../model/identity.ts';
import { MEASURES, type Service } from '../model/snapshot.ts';
import { Chart, type ChartLine } from './chart.tsx';
import { Choices } from './choices.tsx';
import { Mark } from './mark.tsx';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

/** Lines of services do not look like those of the first servers. */
const UNLIKE_SERVERS = 3;
const SPANS = ['2', '5', '10'] as const;

/** The last minutes: a line for each server of one service, or for each service where all are looked at. */
export function Charts({ focus }: { focus: string | undefined }): VNode | null {
  const { text } = useWords();
  const { snapshot } = useStore();
  const [minutes, setMinutes] = useState<(typeof SPANS)[number]>('5');
  const lines = linesOf(snapshot.services ?? [], focus);
  return (
    <section class="charts panel" aria-labelledby="charts-title">
      <header class="panel-head">
        <h2 id="charts-title">{text.charts.title}</h2>
        <ul class="legend">
          {lines.map(({ name, label, look }) => (
            <li key={name}>
              <Mark look={look} /> {label}
            </li>
          ))}
        </ul>
        <span class="spring" />
        <Choices
          label={text.charts.spans}
          value={minutes}
          options={SPANS.map(span => [span, text.charts.span(Number(span))] as const)}
          onChoose={setMinutes}
        />
      </header>
      <div class="chart-grid">
        {MEASURES.map(measure => (
          <Chart key={measure} measure={measure} lines={lines} seconds={Number(minutes) * 60} />
        ))}
      </div>
    </section>
  );
}

function linesOf(services: readonly Service[], focus: string | undefined): readonly ChartLine[] {
  const one = services.length === 1 ? services[0] : services.find(({ name }) => name === focus);
  if (one === undefined)
    return services.map(({ name }, index) => ({ name, label: name, look: identityOf(index + UNLIKE_SERVERS) }));
  return one.servers.map(({ name }, index) => ({ name: `${one.name}/${name}`, label: name, look: identityOf(index) }));
}
