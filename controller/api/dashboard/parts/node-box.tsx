import type { ComponentChildren, VNode } from 'preact';
import { endpointText } from '../../../core/endpoint.ts';
import type { Box } from '../model/layout.ts';
import { serverStatus } from '../model/status.ts';
import type { ClientNode, ServerNode, ServiceNode, SwitchNode } from '../model/topology.ts';
import { Icon } from './icon.tsx';
import { Mark } from './mark.tsx';
import { useWords } from './words.ts';

/** A box of the picture: HTML over the drawing, so that text cuts and scales, and keys reach it, as everywhere. */
function Frame({
  box,
  kind,
  title,
  onAct,
  children,
}: {
  box: Box;
  kind: string;
  title: string;
  onAct?: (() => void) | undefined;
  children: ComponentChildren;
}): VNode {
  const style = { left: `${box.x}px`, top: `${box.y}px`, width: `${box.w}px`, height: `${box.h}px` };
  return onAct === undefined ? (
    <div class={`node ${kind}`} title={title} style={style}>
      {children}
    </div>
  ) : (
    <button type="button" class={`node ${kind}`} title={title} style={style} onClick={onAct}>
      {children}
    </button>
  );
}

export function ClientBox({ node, box, onAct }: { node: ClientNode; box: Box; onAct: () => void }): VNode {
  const { text } = useWords();
  const isOthers = node.others > 0;
  const name = isOthers ? text.stage.others(node.others) : node.ip;
  return (
    <Frame box={box} kind="client" title={isOthers ? name : `${name}: ${text.stage.filter}`} onAct={isOthers ? undefined : onAct}>
      <span class="mono">{name}</span>
    </Frame>
  );
}

export function ServiceBox({ node: { service }, box, onAct }: { node: ServiceNode; box: Box; onAct: () => void }): VNode {
  const { text, format } = useWords();
  const { name, vip, port, protocol, strategy, newPerSecond, state } = service;
  const front = endpointText({ ip: vip, port });
  return (
    <Frame box={box} kind={`service is-${state}`} title={`${name} ${front}/${protocol}`} onAct={onAct}>
      <b>{name}</b>
      <span class="mono">{front}</span>
      <span class="small">
        {state !== 'up' && <Icon name="alert" />} {state === 'up' ? strategy.name : text.service.states[state]}
      </span>
      <span class="small figures">
        {format.rate(newPerSecond)} {text.bar.perSecond}
      </span>
    </Frame>
  );
}

export function SwitchBox({ node: { dpid, record }, box, isSmall }: { node: SwitchNode; box: Box; isSmall: boolean }): VNode {
  const { text, format } = useWords();
  const isLost = record?.connected !== true;
  return (
    <Frame box={box} kind={`switch ${isLost ? 'is-down' : ''}`} title={`${dpid} ${record?.description ?? ''}`}>
      <b>{record === undefined ? dpid.replace(/^0+/, '') : text.stage.switch(record.number)}</b>
      <span class="small figures">
        {isLost ? (
          <>
            <Icon name="down" /> {text.stage.lost}
          </>
        ) : (
          record.flows !== null && text.stage.flows(format.count(record.flows))
        )}
      </span>
      {!isSmall && (
        <span class="ports" aria-hidden="true">
          {record?.ports.slice(0, 8).map(({ port, up }) => (
            <i key={port} class={up ? 'on' : ''} />
          ))}
        </span>
      )}
    </Frame>
  );
}

export function ServerBox({
  node: { server, service, look },
  box,
  isSmall,
  serviceName,
  onAct,
}: {
  node: ServerNode;
  box: Box;
  isSmall: boolean;
  /** Where several services are shown, that of the server. */
  serviceName: string;
  onAct: () => void;
}): VNode {
  const { text, format } = useWords();
  const status = serverStatus(server);
  const isLow = !isSmall && box.h < 46;
  const title = `${service.name}/${server.name}: ${text.status[status]}, ${server.reason}`;
  return (
    <Frame box={box} kind={`server is-${status} ${isLow ? 'low' : ''}`} title={title} onAct={onAct}>
      <span class="name">
        <Mark look={look} /> <b>{server.name}</b>
      </span>
      <span class={`status is-${status}`}>
        <Icon name={status} /> {text.status[status]}
      </span>
      {!isLow && !isSmall && (
        <span class="mono small">
          {endpointText(server)} <i>{serviceName}</i>
        </span>
      )}
      {!isLow && (
        <span class="small figures">
          {isSmall ? format.count(server.connections) : text.stage.living(format.count(server.connections))}
        </span>
      )}
    </Frame>
  );
}
