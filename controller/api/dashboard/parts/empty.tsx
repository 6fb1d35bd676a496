import type { VNode } from 'preact';
import { useReading } from './reading.ts';
import { useWords } from './words.ts';

const OPENFLOW_PORT = '6653';

/** What is not there, and the command that brings it. */
export function Empty({ kind }: { kind: 'switches' | 'services' }): VNode {
  const { text } = useWords();
  const openflow = useOpenflow();
  return (
    <section class="empty panel">
      <h2>{text.empty[kind]}</h2>
      <p class="quiet">{kind === 'switches' ? text.empty.switchesDo : text.empty.servicesDo}</p>
      {kind === 'switches' ? (
        <>
          <code>ovs-vsctl set-controller br0 tcp:{openflow}</code>
          <p class="quiet">{text.empty.switchesLab}</p>
          <code>vipflow lab up single --on embedded</code>
        </>
      ) : (
        <code>vipflow check vipflow.yaml</code>
      )}
    </section>
  );
}

/** Where a switch finds this controller: the name by which this page found it, and the port of the configuration. */
function useOpenflow(): string {
  const { value } = useReading('', store => store.get<{ listen: { openflow: { port: number } } }>('/config?format=json'));
  return `${location.hostname}:${value?.listen.openflow.port || OPENFLOW_PORT}`;
}
