import type { Verdict } from '../results.ts';

/** A chart is 720 wide; its height follows from its rows. Colours come from the page's style sheet. */
const WIDTH = 720;
const LABEL = 190;
const ROW = 22;
const HEAD = 26;
/** For the words behind a bar. */
const BAR_TEXT = 160;

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
}

function svg(height: number, title: string, body: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">${body}</svg>`;
}

/** With two digits at most: a pixel has no more. */
const n = (value: number): string => String(Math.round(value * 100) / 100);

const line = (x1: number, y1: number, x2: number, y2: number, kind: string) =>
  `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" class="${kind}"/>`;
const label = (x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end', kind = '') =>
  `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}" class="${kind}">${escaped(text)}</text>`;

/** A logarithmic axis over some values, to whole steps of 1, 2, 5. */
function logAxis(values: readonly number[], from: number, to: number) {
  const positive = values.filter(value => value > 0);
  const low = Math.log10(Math.min(1000, ...positive) * 0.85);
  const high = Math.log10(Math.max(1, ...positive) * 1.15);
  const place = (value: number) =>
    from + ((Math.log10(Math.max(value, 10 ** low)) - low) / Math.max(0.1, high - low)) * (to - from);
  const steps = [1, 2, 5].flatMap(step => [0, 1, 2, 3, 4, 5].map(power => step * 10 ** power));
  const all = steps.filter(step => Math.log10(step) > low && Math.log10(step) < high).sort((a, b) => a - b);
  const decades = all.filter(step => /^10*$/.test(String(step)));
  return { place, ticks: all.length > 8 ? decades : all };
}

/** Response times of one strategy, in ms. */
export interface Span extends Verdict {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** A row for each strategy on a logarithmic axis: from the median to the 99th percentile, with the mean, its interval, and the 95th. */
export function spanChart(spans: readonly Span[], title: string): string {
  const right = WIDTH - 30;
  const axis = logAxis(
    spans.flatMap(({ p50, p99, mean, half = 0 }) => [p50, p99, mean + half, Math.max(mean - half, p50 / 2)]),
    LABEL + 10,
    right,
  );
  const height = HEAD + spans.length * ROW + 8;
  const grid = axis.ticks.map(tick => {
    const x = axis.place(tick);
    return `${line(x, HEAD - 6, x, height - 6, 'grid')}${label(x, 14, `${tick} ms`, 'middle', 'tick')}`;
  });
  const rows = spans.map(({ strategy, isWorse, mean, half, p50, p95, p99 }, i) => {
    const y = HEAD + i * ROW + ROW / 2;
    const x = axis.place;
    return [
      label(LABEL, y + 4, strategy, 'end', isWorse ? '' : 'best'),
      line(x(p50), y, x(p99), y, 'span'),
      ...[p50, p95, p99].map(time => line(x(time), y - 5, x(time), y + 5, 'mark')),
      half === undefined ? '' : line(x(mean - half), y, x(mean + half), y, 'interval'),
      `<circle cx="${n(x(mean))}" cy="${n(y)}" r="4.5" class="${isWorse ? 'dot' : 'dot good'}"/>`,
    ].join('');
  });
  return svg(height, title, [...grid, ...rows].join(''));
}

/** One part of a bar: its length, and its class in the style sheet. */
export interface Bar {
  readonly name: string;
  readonly parts: readonly { readonly value: number; readonly kind: string }[];
  readonly text: string;
}

export function barChart(bars: readonly Bar[], title: string): string {
  const most = Math.max(1e-9, ...bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0)));
  const room = WIDTH - LABEL - 10 - BAR_TEXT;
  const rows = bars.map(({ name, parts, text }, i) => {
    const y = 4 + i * ROW;
    let x = LABEL + 10;
    const boxes = parts.map(({ value, kind }) => {
      const width = (value / most) * room;
      const box = `<rect x="${n(x)}" y="${n(y + 4)}" width="${n(width)}" height="${ROW - 8}" class="${kind}"/>`;
      x += width;
      return box;
    });
    return `${label(LABEL, y + ROW / 2 + 4, name, 'end')}${boxes.join('')}${label(x + 6, y + ROW / 2 + 4, text, 'start', 'tick')}`;
  });
  return svg(8 + bars.length * ROW, title, rows.join(''));
}

/** One small chart of several: its lines have the same x, from 0 to 1; null leaves a gap. */
export interface Panel {
  readonly name: string;
  readonly lines: readonly (readonly (number | null)[])[];
}

export interface PanelOptions {
  readonly title: string;
  readonly isLog: boolean;
  /** Moments that are marked, from 0 to 1. */
  readonly marks: readonly number[];
}

const PANEL = { width: 232, height: 104, columns: 3, gap: 12, left: 34, top: 20, bottom: 8 };

/** Small charts with the same axes, so that they can be compared. */
export function panels(charts: readonly Panel[], { title, isLog, marks }: PanelOptions): string {
  const values = charts.flatMap(({ lines }) => lines.flatMap(each => each.filter(value => value !== null)));
  const [bottom, top] = [PANEL.height - PANEL.bottom, PANEL.top];
  const log = logAxis(values, bottom, top);
  const most = Math.max(1, ...values);
  const linear = {
    place: (value: number) => bottom - (value / most) * (bottom - top),
    ticks: [...new Set([0, Math.round(most / 2), Math.round(most)])],
  };
  const axis = isLog ? { place: log.place, ticks: log.ticks.slice(-3) } : linear;
  const bodies = charts.map((chart, i) => {
    const x0 = (i % PANEL.columns) * (PANEL.width + PANEL.gap);
    const y0 = Math.floor(i / PANEL.columns) * (PANEL.height + PANEL.gap);
    return `<g transform="translate(${x0} ${y0})">${panel(chart, axis, marks)}</g>`;
  });
  const rows = Math.ceil(charts.length / PANEL.columns);
  return svg(rows * (PANEL.height + PANEL.gap), title, bodies.join(''));
}

function panel(
  { name, lines }: Panel,
  axis: { place: (value: number) => number; ticks: readonly number[] },
  marks: readonly number[],
): string {
  const right = PANEL.width - 2;
  const x = (part: number) => PANEL.left + part * (right - PANEL.left);
  const grid = axis.ticks.map(tick => {
    const y = axis.place(tick);
    return `${line(PANEL.left, y, right, y, 'grid')}${label(PANEL.left - 4, y + 4, String(tick), 'end', 'tick')}`;
  });
  const events = marks.map(mark => line(x(mark), PANEL.top, x(mark), PANEL.height - PANEL.bottom, 'event'));
  const drawn = lines.map((each, i) => `<path d="${pathOf(each, x, axis.place)}" class="line line${(i % 6) + 1}"/>`);
  return [label(PANEL.left, 13, name, 'start', 'best'), ...grid, ...events, ...drawn].join('');
}

function pathOf(values: readonly (number | null)[], x: (part: number) => number, y: (value: number) => number): string {
  const steps = values.map((value, i) => {
    if (value === null) return '';
    const isGap = (values[i - 1] ?? null) === null;
    return `${isGap ? 'M' : 'L'}${n(x((i + 0.5) / values.length))} ${n(y(value))}`;
  });
  return steps.join('');
}
