import type { Service } from './snapshot.ts';

/** Colours and shapes: a server is known by both, so never by its colour alone. */
export const COLOURS = 6;
export const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'plus', 'hexagon'] as const;
export type Shape = (typeof SHAPES)[number];

export interface Identity {
  /** 0 to `COLOURS` - 1: the class `hue-n` of the style. */
  readonly hue: number;
  readonly shape: Shape;
}

/** The look of a service's server number `index`: 36 different ones before the first comes again. */
export function identityOf(index: number): Identity {
  const round = Math.floor(index / COLOURS);
  return { hue: index % COLOURS, shape: SHAPES[(index + round) % SHAPES.length]! };
}

export function identityIn(services: readonly Service[], service: string, server: string): Identity {
  const servers = services.find(({ name }) => name === service)?.servers ?? [];
  return identityOf(
    Math.max(
      0,
      servers.findIndex(({ name }) => name === server),
    ),
  );
}
