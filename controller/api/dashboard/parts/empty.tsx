import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useStore } from './store-context.ts';
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
  const store = useStore();
  const [port, setPort] = useState(OPENFLOW_PORT);
  useEffect(() => {
    store
      .get<{ listen?: { openflow?: { port?: number } | string } }>('/config?format=json')
      .then(({ listen }) => {
        const at = listen?.openflow;
        const found = typeof at === 'string' ? at.split(':').at(-1) : at?.port;
        if (found !== undefined && Number(found) > 0) setPort(String(found));
      })
      .catch(() => {});
  }, [store]);
  return `${location.hostname}:${port}`;
}
