import type { VNode } from 'preact';
import type { Filter } from '../model/filter.ts';
import { curveBetween, type Layout, widthOf } from '../model/layout.ts';
import type { Edge, Node, Topology } from '../model/topology.ts';
import { ClientBox, ServerBox, ServiceBox, SwitchBox } from './node-box.tsx';
import { Traffic } from './traffic.tsx';
import { useWords } from './words.ts';

export interface PictureProps {
  readonly topology: Topology;
  readonly layout: Layout;
  readonly onFocus: (service: string | undefined) => void;
  readonly onFilter: (filter: Partial<Filter>) => void;
}

/** The topology in its layers: lines below, marks on them, boxes on top. */
export function Picture({ topology, layout, onFocus, onFilter }: PictureProps): VNode {
  const { text } = useWords();
  const [clients, services, switches, servers] = topology.layers;
  const act = (node: Node) => {
    if (node.kind === 'service') onFocus(node.service.name);
    else if (node.kind === 'client') onFilter({ client: node.ip });
    else if (node.kind === 'server') onFilter({ service: node.service.name, server: node.server.name });
  };
  const label = text.stage.label(clients.length, services.length, switches.length, servers.length);
  return (
    <div class={`picture ${layout.direction}`} style={{ height: `${layout.height}px` }} role="group" aria-label={label}>
      <svg width={layout.width} height={layout.height} aria-hidden="true">
        <g class="layer-names">
          {layout.layers.map(
            (at, index) =>
              at && (
                <text key={index} x={at.x} y={at.y} text-anchor={layout.direction === 'across' ? 'middle' : 'start'}>
                  {text.stage.layers[index]}
                </text>
              ),
          )}
        </g>
        <g class="lines">
          {topology.edges.map(edge => (
            <Line key={edge.id} edge={edge} layout={layout} hue={hueOf(edge, topology)} />
          ))}
        </g>
        <Traffic topology={topology} layout={layout} />
      </svg>
      {topology.layers.flat().map(node => (
        <Box key={node.id} node={node} layout={layout} isAlone={services.length < 2} onAct={() => act(node)} />
      ))}
    </div>
  );
}

function hueOf({ to }: Edge, { layers }: Topology): string {
  const server = layers[3].find(({ id }) => id === to);
  return server === undefined ? '' : `hue-${server.look.hue}`;
}

function Line({ edge, layout, hue }: { edge: Edge; layout: Layout; hue: string }): VNode | null {
  const [a, b] = [layout.boxes.get(edge.from), layout.boxes.get(edge.to)];
  if (a === undefined || b === undefined) return null;
  const classes = ['line', hue, edge.rate > 0 ? 'flows' : '', edge.isBroken ? 'broken' : ''].join(' ');
  return <path class={classes} d={curveBetween(a, b, layout.direction).d} stroke-width={widthOf(edge.rate) * layout.scale} />;
}

function Box({
  node,
  layout,
  isAlone,
  onAct,
}: {
  node: Node;
  layout: Layout;
  isAlone: boolean;
  onAct: () => void;
}): VNode | null {
  const box = layout.boxes.get(node.id);
  if (box === undefined) return null;
  const isSmall = layout.direction === 'down';
  switch (node.kind) {
    case 'client':
      return <ClientBox node={node} box={box} onAct={onAct} />;
    case 'service':
      return <ServiceBox node={node} box={box} onAct={onAct} />;
    case 'switch':
      return <SwitchBox node={node} box={box} isSmall={isSmall} />;
    case 'server':
      return <ServerBox node={node} box={box} isSmall={isSmall} serviceName={isAlone ? '' : node.service.name} onAct={onAct} />;
  }
}
