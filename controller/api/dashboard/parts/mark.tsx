import type { VNode } from 'preact';
import type { Identity, Shape } from '../model/identity.ts';

/** Within a circle of radius 5 around 0 0, of about the same area. */
export const MARKS: Readonly<Record<Shape, string>> = {
  circle: 'M4.6 0A4.6 4.6 0 1 1 -4.6 0A4.6 4.6 0 1 1 4.6 0Z',
  square: 'M-4.1 -4.1H4.1V4.1H-4.1Z',
  triangle: 'M0 -5.2L5.2 4.1H-5.2Z',
  diamond: 'M0 -5.7L5.2 0L0 5.7L-5.2 0Z',
  plus: 'M-1.8 -5H1.8V-1.8H5V1.8H1.8V5H-1.8V1.8H-5V-1.8H-1.8Z',
  hexagon: 'M-2.6 -4.6H2.6L5.2 0L2.6 4.6H-2.6L-5.2 0Z',
};

/** The sign of a server: its shape in its colour. */
export function Mark({ look }: { look: Identity }): VNode {
  return (
    <svg class={`mark hue-${look.hue}`} viewBox="-6 -6 12 12" aria-hidden="true" focusable="false">
      <path d={MARKS[look.shape]} />
    </svg>
  );
}
