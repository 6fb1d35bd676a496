import type { VNode } from 'preact';
import type { InstalledFlowView } from '../../shapes.ts';
import { FlowLine } from './flow-line.tsx';
import { useReading } from './reading.ts';
import { useWords } from './words.ts';

/** The flows of a switch, asked from it when this is opened. */
export function InstalledFlows({ dpid }: { dpid: string }): VNode {
  const { text, format } = useWords();
  const { value, problem, again } = useReading(dpid, store => store.get<InstalledFlowView[]>(`/switches/${dpid}/flows`));
  return (
    <section class="installed" aria-label={text.network.flows}>
      <header class="panel-head">
        <h3>{text.network.flows}</h3>
        <button type="button" onClick={again}>
          {text.network.refresh}
        </button>
      </header>
      {problem && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1) */}
      <div class="scroll" tabIndex={0}>
        <ol>
          {value?.map(({ text: line, packets, owner, service, server }, index) => (
            <li key={index}>
              <FlowLine text={line} />
              <span class="quiet small figures">
                {format.count(packets)} {text.network.packets}
                {owner && ` · ${[owner, service, server].filter(Boolean).join(' ')}`}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
