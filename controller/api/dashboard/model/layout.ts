import type { Node, Topology } from './topology.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything stands, in pixels. `across`: layers from left to right; `down`: from top to bottom, for narrow pages. */
export interface Layout {
  readonly direction: 'across' | 'down';
  readonly width: number;
  readonly height: number;
  /** Of lines and marks: 1 for type of 16 pixels. */
  readonly scale: number;
  readonly boxes: ReadonlyMap<string, Box>;
  /** The middle of each layer along its direction, for its heading; undefined for a layer without nodes. */
  readonly layers: readonly (Point | undefined)[];
}

/** Sizes in root ems; narrow pages have small boxes. */
const ACROSS = {
  client: { w: 7.6, h: 2.5 },
  service: { w: 11, h: 5.4 },
  switch: { w: 6.4, h: 4.4 },
  server: { w: 14.4, h: 3.1 },
} as const;
const DOWN = {
  client: { w: 6, h: 2.2 },
  service: { w: 9, h: 4.9 },
  switch: { w: 5.5, h: 3 },
  server: { w: 6.1, h: 4.2 },
} as const;
/** Servers that many make the boxes low. */
const CROWDED = 9;
const LOW_H = 2.3;
const GAP = 0.6;
const LAYER_GAP = 2.1;
const MARGIN = 0.5;
const HEADING = 1.9;
/** Root ems below which layers go down. */
const NARROW = 44;
const USUAL_EM = 16;

/** `width` is that of the page's place for it and `em` the root's font size, both in pixels. */
export function layoutOf(topology: Topology, width: number, em: number, minHeight = 0): Layout {
  return width / em < NARROW ? down(topology, width, em) : across(topology, width, em, minHeight);
}

function across({ layers }: Topology, width: number, em: number, minHeight: number): Layout {
  const low = layers[3].length > CROWDED;
  const size = ({ kind }: Node) => ({ w: ACROSS[kind].w * em, h: (kind === 'server' && low ? LOW_H : ACROSS[kind].h) * em });
  const gap = (low ? 0.4 : GAP) * em;
  const heights = layers.map(nodes => nodes.reduce((sum, node) => sum + size(node).h + gap, -gap));
  const height = Math.max(minHeight, Math.max(...heights) + (2 * MARGIN + HEADING) * em);
  const widths = (['client', 'service', 'switch', 'server'] as const).map(kind => ACROSS[kind].w * em);
  const free = (width - widths.reduce((sum, w) => sum + w, 0) - 2 * MARGIN * em) / 3;
  const boxes = new Map<string, Box>();
  let x = MARGIN * em;
  const middles: (Point | undefined)[] = [];
  for (const [index, nodes] of layers.entries()) {
    const inside = height - HEADING * em;
    // few nodes in a high picture stand apart, not in a heap
    const spread = nodes.length > 1 ? Math.min(em * 2.2, (inside - heights[index]! - em) / (nodes.length + 1)) : 0;
    const extra = Math.max(0, spread);
    let y = HEADING * em + (inside - heights[index]! - extra * (nodes.length - 1)) / 2;
    for (const node of nodes) {
      const { w, h } = size(node);
      boxes.set(node.id, { x, y, w, h });
      y += h + gap + extra;
    }
    middles.push(nodes.length === 0 ? undefined : { x: x + widths[index]! / 2, y: HEADING * 0.6 * em });
    x += widths[index]! + free;
  }
  return { direction: 'across', width, height, scale: em / USUAL_EM, boxes, layers: middles };
}

function down({ layers }: Topology, width: number, em: number): Layout {
  const boxes = new Map<string, Box>();
  const middles: (Point | undefined)[] = [];
  const inside = width - 2 * MARGIN * em;
  let y = MARGIN * em;
  for (const nodes of layers) {
    if (nodes.length === 0) {
      middles.push(undefined);
      continue;
    }
    middles.push({ x: MARGIN * em, y: y + 0.7 * em });
    y += 1.2 * em;
    const { w, h } = { w: DOWN[nodes[0]!.kind].w * em, h: DOWN[nodes[0]!.kind].h * em };
    const perRow = Math.max(1, Math.floor((inside + GAP * em * 0.6) / (w + GAP * em * 0.6)));
    for (let row = 0; row * perRow < nodes.length; row++) {
      const inRow = nodes.slice(row * perRow, (row + 1) * perRow);
      const gap = Math.min(GAP * em * 2, (inside - inRow.length * w) / Math.max(1, inRow.length - 1));
      const all = inRow.length * w + (inRow.length - 1) * gap;
      inRow.forEach((node, index) => void boxes.set(node.id, { x: (width - all) / 2 + index * (w + gap), y, w, h }));
      y += h + GAP * em * 0.8;
    }
    y += LAYER_GAP * em * 0.6;
  }
  return { direction: 'down', width, height: y, scale: em / USUAL_EM, boxes, layers: middles };
}

/** A line from box to box: from the side that faces the next layer, bent once. In a layer of its own, from edge to edge. */
export interface Curve {
  readonly d: string;
  readonly from: Point;
  readonly one: Point;
  readonly two: Point;
  readonly to: Point;
}

export function curveBetween(a: Box, b: Box, direction: Layout['direction']): Curve {
  const isSameLayer = direction === 'across' ? a.x === b.x : a.y === b.y;
  const goesRight = (direction === 'across') !== isSameLayer;
  const [from, to] = goesRight ? horizontal(a, b) : vertical(a, b);
  const bend = 0.5;
  const one = goesRight ? { x: from.x + (to.x - from.x) * bend, y: from.y } : { x: from.x, y: from.y + (to.y - from.y) * bend };
  const two = goesRight ? { x: to.x - (to.x - from.x) * bend, y: to.y } : { x: to.x, y: to.y - (to.y - from.y) * bend };
  const text = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
  return { d: `M${text(from)}C${text(one)} ${text(two)} ${text(to)}`, from, one, two, to };
}

function horizontal(a: Box, b: Box): [Point, Point] {
  const isForth = a.x <= b.x;
  return [
    { x: isForth ? a.x + a.w : a.x, y: a.y + a.h / 2 },
    { x: isForth ? b.x : b.x + b.w, y: b.y + b.h / 2 },
  ];
}

function vertical(a: Box, b: Box): [Point, Point] {
  const isForth = a.y <= b.y;
  return [
    { x: a.x + a.w / 2, y: isForth ? a.y + a.h : a.y },
    { x: b.x + b.w / 2, y: isForth ? b.y : b.y + b.h },
  ];
}

/** Pieces that a curve is walked in. */
const PIECES = 14;

/** The points of a way over several boxes, in order; empty where a box is not there. */
export function wayThrough(layout: Layout, ids: readonly string[]): Point[] {
  const points: Point[] = [];
  for (let i = 1; i < ids.length; i++) {
    const [a, b] = [layout.boxes.get(ids[i - 1]!), layout.boxes.get(ids[i]!)];
    if (a === undefined || b === undefined) return [];
    const curve = curveBetween(a, b, layout.direction);
    for (let piece = 0; piece <= PIECES; piece++) points.push(onCurve(curve, piece / PIECES));
  }
  return points;
}

function onCurve({ from, one, two, to }: Curve, t: number): Point {
  const u = 1 - t;
  const at = (axis: 'x' | 'y') => u ** 3 * from[axis] + 3 * u * u * t * one[axis] + 3 * u * t * t * two[axis] + t ** 3 * to[axis];
  return { x: at('x'), y: at('y') };
}

/** The point after `part` (0 to 1) of the length of a way. */
export function pointAlong(points: readonly Point[], part: number): Point | undefined {
  const lengths = points.slice(1).map((point, index) => distance(points[index]!, point));
  let left = part * lengths.reduce((sum, length) => sum + length, 0);
  for (const [index, length] of lengths.entries()) {
    if (left <= length) {
      const [a, b] = [points[index]!, points[index + 1]!];
      const t = length === 0 ? 0 : left / length;
      return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
    }
    left -= length;
  }
  return points.at(-1);
}

export function lengthOf(points: readonly Point[]): number {
  return points.slice(1).reduce((sum, point, index) => sum + distance(points[index]!, point), 0);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Line width in pixels for a rate per second: a thread at rest, never a beam. */
export function widthOf(rate: number): number {
  return rate === 0 ? 1.25 : Math.min(9, 1.6 + 1.9 * Math.log2(1 + rate));
}
