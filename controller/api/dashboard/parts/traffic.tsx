import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { LogEntry } from '../../../core/events.ts';
import { type Layout, lengthOf, type Point, pointAlong, wayThrough } from '../model/layout.ts';
import { routeOf, type Topology } from '../model/topology.ts';
import { MARKS } from './mark.tsx';
import { useStore } from './store-context.ts';

/** Marks at once; a flood is shown by its lines, not by its drops. */
const MAX_MARKS = 70;
/** Marks that start together are spread over the time that lines are gathered. */
const SPREAD_MS = 260;
const PIXELS_PER_MS = 0.62;
const SHORTEST_MS = 700;

const SVG = 'http://www.w3.org/2000/svg';

interface Moving {
  readonly element: SVGPathElement;
  readonly way: readonly Point[];
  /** When it passes the service: from there it has its server's colour and shape. */
  readonly decidedAt: number;
  readonly start: number;
  readonly lastsMs: number;
  readonly scale: number;
  readonly look: string;
  readonly shape: string;
}

/** Every decision as a mark that travels from its client over the service to the server. Nothing where motion is to be reduced. */
export function Traffic({ topology, layout }: { topology: Topology; layout: Layout }): VNode {
  const store = useStore();
  const place = useRef<SVGGElement>(null);
  const scene = useRef({ topology, layout });
  scene.current = { topology, layout };
  useEffect(() => {
    const moving = new Set<Moving>();
    let frame = 0;
    const draw = (now: number) => {
      for (const one of moving) step(one, now, moving);
      frame = moving.size > 0 ? requestAnimationFrame(draw) : 0;
    };
    const stop = store.watch(lines => {
      if (document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      for (const line of lines) start(line, scene.current, place.current!, moving);
      if (frame === 0 && moving.size > 0) frame = requestAnimationFrame(draw);
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
      for (const { element } of moving) element.remove();
    };
  }, [store]);
  return <g class="traffic" ref={place} />;
}

function start(line: LogEntry, scene: { topology: Topology; layout: Layout }, place: SVGGElement, moving: Set<Moving>): void {
  if (line.type !== 'decision' || moving.size >= MAX_MARKS) return;
  const { topology, layout } = scene;
  const names = { client: line.client.ip, service: line.service, dpid: line.dpid, server: line.server.name };
  const route = routeOf(topology, names);
  const way = wayThrough(layout, route);
  const server = topology.layers[3].find(({ id }) => id === route.at(-1));
  if (way.length === 0 || server === undefined) return;
  const element = document.createElementNS(SVG, 'path');
  element.setAttribute('class', 'moving undecided');
  element.setAttribute('d', MARKS.circle);
  element.setAttribute('visibility', 'hidden');
  place.append(element);
  const length = lengthOf(way);
  moving.add({
    element,
    way,
    decidedAt: lengthOf(wayThrough(layout, route.slice(0, 2))) / length,
    start: performance.now() + Math.random() * SPREAD_MS,
    lastsMs: Math.max(SHORTEST_MS, length / (PIXELS_PER_MS * layout.scale)),
    scale: 1.3 * layout.scale,
    look: `moving hue-${server.look.hue}`,
    shape: MARKS[server.look.shape],
  });
}

function step(one: Moving, now: number, moving: Set<Moving>): void {
  const part = (now - one.start) / one.lastsMs;
  if (part < 0) return;
  const at = part <= 1 ? pointAlong(one.way, part) : undefined;
  if (at === undefined) {
    one.element.remove();
    moving.delete(one);
    return;
  }
  one.element.setAttribute('transform', `translate(${at.x.toFixed(1)} ${at.y.toFixed(1)}) scale(${one.scale})`);
  one.element.setAttribute('visibility', 'visible');
  if (part >= one.decidedAt && one.element.classList.contains('undecided')) {
    one.element.setAttribute('class', one.look);
    one.element.setAttribute('d', one.shape);
  }
}
