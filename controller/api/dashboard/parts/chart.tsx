import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Format } from '../model/format.ts';
import type { History } from '../model/history.ts';
import type { Identity } from '../model/identity.ts';
import type { Measure } from '../model/snapshot.ts';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

export interface ChartLine {
  /** Of the series: `web`, `web/server1`. */
  readonly name: string;
  readonly label: string;
  readonly look: Identity;
}

const HEIGHT_EM = 8;
const WHOLE_STEPS = [1, 2, 5].concat(...[1, 2, 3, 4, 5].map(power => [1, 2, 5].map(step => step * 10 ** power)));
/** Lines of one colour differ by their dashes, in pixels. */
const DASHES = [[], [6, 3], [2, 2], [9, 3, 2, 3], [4, 2], [12, 4]] as const;

/** One measure over the last minutes. Under the pointer it says what the values were. */
export function Chart({ measure, lines, seconds }: { measure: Measure; lines: readonly ChartLine[]; seconds: number }): VNode {
  const { text, format } = useWords();
  const { history } = useStore();
  const place = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLSpanElement>(null);
  const plot = useRef<uPlot>(undefined);
  const key = lines.map(({ name }) => name).join(' ');
  const write = writerOf(measure, format);
  useEffect(() => {
    const element = place.current!;
    const make = () => {
      plot.current?.destroy();
      const onPoint = (sentence: string) => {
        readout.current!.textContent = sentence;
      };
      plot.current = new uPlot(
        optionsOf({ element, lines, write, format, onPoint, areWhole: measure === 'active' }),
        dataOf(history, measure, lines, seconds),
        element,
      );
    };
    make();
    const resize = new ResizeObserver(() => plot.current?.setSize(sizeOf(element)));
    resize.observe(element);
    // colours are read once by the canvas: another scheme needs another one
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', make);
    const themes = new MutationObserver(make);
    themes.observe(document.documentElement, { attributeFilter: ['data-theme', 'class'] });
    return () => {
      resize.disconnect();
      scheme.removeEventListener('change', make);
      themes.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [key, measure, seconds, format]);
  const data = dataOf(history, measure, lines, seconds);
  useEffect(() => plot.current?.setData(data));
  const all = data
    .slice(1)
    .flat()
    .filter(value => typeof value === 'number');
  const now = totalNow(data, measure);
  const label = text.charts.label(text.charts.names[measure], now === null ? '–' : write(now), write(Math.max(0, ...all)));
  return (
    <figure class="chart">
      <figcaption>
        <b>{text.charts.names[measure]}</b> <span class="quiet small">{text.charts.units[measure]}</span>
        <span class="readout figures small" ref={readout} />
      </figcaption>
      <div ref={place} role="img" aria-label={label} />
    </figure>
  );
}

function dataOf(history: History, measure: Measure, lines: readonly ChartLine[], seconds: number): uPlot.AlignedData {
  return [history.times(seconds), ...lines.map(({ name }) => history.values(name, measure, seconds))];
}

/** The newest second that was counted: the sum of all lines, for response times their mean. */
function totalNow(data: uPlot.AlignedData, measure: Measure): number | null {
  const last = data.slice(1).flatMap(values => [...values].reverse().find(value => typeof value === 'number') ?? []);
  if (last.length === 0) return null;
  const sum = last.reduce((total, value) => total + value, 0);
  return measure === 'response' ? sum / last.length : sum;
}

function writerOf(measure: Measure, format: Format): (value: number) => string {
  if (measure === 'bytes') return format.bytesPerSecond;
  if (measure === 'response') return format.duration;
  return measure === 'active' ? format.count : format.rate;
}

function optionsOf({
  element,
  lines,
  write,
  format,
  onPoint,
  areWhole,
}: {
  element: HTMLElement;
  lines: readonly ChartLine[];
  write: (value: number) => string;
  format: Format;
  onPoint: (sentence: string) => void;
  /** The values are whole numbers: so are the steps of the axis. */
  areWhole: boolean;
}): uPlot.Options {
  const colour = (name: string) => colourOf(element, name);
  const em = rootEm();
  const axis = {
    stroke: colour('axis'),
    font: `${Math.round(em * 0.72)}px ${getComputedStyle(document.body).fontFamily}`,
    ticks: { show: false },
    grid: { stroke: colour('grid'), width: 1 },
  };
  const atTime = (value: number) => format.time(new Date(value * 1000).toISOString());
  return {
    ...sizeOf(element),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'vipflow' }, points: { size: em * 0.4 } },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(max * 1.12, 1)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: em * 1.6,
        space: em * 6,
        values: (_plot, at) => at.map(value => atTime(value).slice(0, 5)),
      },
      { ...axis, size: em * 3.9, space: em * 2.2, ...(areWhole && { incrs: WHOLE_STEPS }), values: (_plot, at) => at.map(write) },
    ],
    series: [
      {},
      ...lines.map(({ look }, index) => ({
        stroke: colour(`hue-${look.hue}`),
        width: Math.max(1.5, em * 0.11),
        dash: [...DASHES[index % DASHES.length]!],
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      setCursor: [
        plot => {
          const index = plot.cursor.idx;
          if (index === null || index === undefined) return onPoint('');
          const values = lines.flatMap(({ label }, line) => {
            const value = plot.data[line + 1]?.[index];
            return typeof value === 'number' ? [`${label} ${write(value)}`] : [];
          });
          onPoint(values.length === 0 ? '' : `${atTime(plot.data[0][index]!)}  ${values.join('  ')}`);
        },
      ],
    },
  };
}

/** A canvas knows no CSS variables: the colour is read off an element that wears the class. */
function colourOf(near: HTMLElement, name: string): string {
  const probe = document.createElement('i');
  probe.className = name;
  near.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: Math.max(120, element.clientWidth), height: Math.round(rootEm() * HEIGHT_EM) };
}

function rootEm(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}
