import type { VNode } from 'preact';

/** Drawn on a grid of 16, by strokes of the text's colour. */
const PATHS = {
  up: 'M3 8.5l3.4 3.4L13 4.6',
  down: 'M4 4l8 8M12 4l-8 8',
  unknown: 'M5.6 5.6a2.5 2.5 0 1 1 3.5 2.7c-.8.4-1.1.8-1.1 1.6M8 12.6v.1',
  ramping: 'M3 12l4-4 2.5 2.5L13.5 5M10 4.6h3.6v3.6',
  drain: 'M8 2.5v7M4.8 6.6L8 9.8l3.2-3.2M3 13.2h10',
  maintenance: 'M10.3 2.7a3.6 3.6 0 0 0-4 4.9L2.7 11.2l2.1 2.1 3.6-3.6a3.6 3.6 0 0 0 4.9-4l-2.2 2.2-2.3-.7-.7-2.3z',
  standby: 'M5.5 3.5v9M10.5 3.5v9',
  ready: 'M4.5 3v10l8-5z',
  alert: 'M8 2.4l6.2 11H1.8zM8 6.6v3M8 11.6v.1',
  undo: 'M5.5 3L2.5 6l3 3M2.8 6h6.4a3.6 3.6 0 0 1 0 7.2H6',
  help: 'M5.6 5.6a2.5 2.5 0 1 1 3.5 2.7c-.8.4-1.1.8-1.1 1.6M8 12.6v.1',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M3.2 12.8l1-1M11.8 4.2l1-1',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6z',
  auto: 'M8 2.2a5.8 5.8 0 1 0 0 11.6zM8 2.2a5.8 5.8 0 0 1 0 11.6',
  large: 'M2 12.5L5.2 4h.6L9 12.5M3.1 9.8h4.8M10 12.5l2-5.2h.4l2 5.2M10.7 10.8h3',
  search: 'M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4M10.2 10.2L13.5 13.5',
  close: 'M4 4l8 8M12 4l-8 8',
  more: 'M6 3.5L10.5 8 6 12.5',
  switch: 'M2.5 5h10M10 2.5L12.5 5 10 7.5M13.5 11h-10M6 8.5L3.5 11 6 13.5',
  info: 'M8 7.2v4.4M8 4.4v.1',
  save: 'M8 2.5v7M4.8 6.6L8 9.8l3.2-3.2M3 13.2h10',
} as const;

export type IconName = keyof typeof PATHS;

/** Beside a word, never instead of one: it says nothing to a screen reader. */
export function Icon({ name }: { name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
