import type { ComponentChildren, VNode } from 'preact';
import type { DecisionEntry } from '../../../core/events.ts';
import { candidateBars, unnamed } from '../model/explanation.ts';
import { flowText } from '../model/flow-text.ts';
import { identityIn } from '../model/identity.ts';
import type { Choice } from '../model/journal.ts';
import { FlowLine } from './flow-line.tsx';
import { Icon } from './icon.tsx';
import { Mark } from './mark.tsx';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

/** Why this server, what became of the connection, and its two flows. */
export function DecisionDetails({ choice }: { choice: Choice }): VNode {
  const { text } = useWords();
  return (
    <div class="details">
      {choice.type === 'refused' && <p>{text.why.refused}</p>}
      {choice.type === 'adopted' && <p>{text.why.adopted}</p>}
      {choice.type === 'decision' && <Why decision={choice} />}
      {choice.type === 'refused' && (
        <ul class="plain-list">
          {choice.reason.servers.map(({ name, state }) => (
            <li key={name}>
              <b>{name}</b> {state}
            </li>
          ))}
        </ul>
      )}
      <Facts choice={choice} />
      {choice.type === 'decision' && choice.flows.length > 0 && <Flows decision={choice} />}
    </div>
  );
}

function Why({ decision }: { decision: DecisionEntry }): VNode {
  const { text, format } = useWords();
  const services = useStore().snapshot.services ?? [];
  const bars = candidateBars(decision);
  const rest = unnamed(decision);
  const hasScores = bars.some(({ score }) => score !== undefined);
  return (
    <>
      <p class="why">
        <b>{text.why.title(decision.server.name)}</b> {text.rule(decision.reason.rule)}
        <span class="quiet"> ({decision.strategy})</span>
      </p>
      <table class="candidates">
        <thead>
          <tr>
            <th scope="col">{text.why.candidate}</th>
            <th scope="col" colSpan={2}>
              {hasScores && text.why.score}
            </th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ name, score, fill, isChosen, isShadowed }) => {
            const look = identityIn(services, decision.service, name);
            return (
              <tr key={name} class={isChosen ? 'is-chosen' : ''}>
                <th scope="row">
                  <Mark look={look} /> {name}
                </th>
                <td class="bar">
                  {score !== undefined && (
                    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                      <rect class={`hue-${look.hue}`} width={Math.max(1, fill * 100)} height="8" />
                    </svg>
                  )}
                </td>
                <td class="figures">
                  {score !== undefined && format.rate(score)}
                  {isChosen && (
                    <span class="tag">
                      <Icon name="up" /> {text.why.chosen}
                    </span>
                  )}
                  {isShadowed && !isChosen && decision.shadow && (
                    <span class="tag is-shadow">{text.why.shadow(decision.shadow.strategy)}</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rest > 0 && <p class="quiet small">{text.why.more(rest)}</p>}
      {decision.shadow && <p class="small">{shadowSentence(decision, text)}</p>}
    </>
  );
}

function shadowSentence({ shadow, server }: DecisionEntry, { why }: ReturnType<typeof useWords>['text']): string {
  const { strategy, server: other } = shadow!;
  const choice = other === null ? why.shadowNone : other === server.name ? why.shadowSame : why.shadowOther(other);
  return `${why.shadow(strategy)} ${choice}.`;
}

function Facts({ choice }: { choice: Choice }): VNode {
  const { text, format } = useWords();
  const switches = useStore().snapshot.switches ?? [];
  const { end, dpid } = choice;
  const number = switches.find(one => one.dpid === dpid)?.number;
  return (
    <dl class="facts">
      <Fact name={text.why.at}>{format.exactTime(choice.time)}</Fact>
      <Fact name={text.why.on}>{number ?? dpid}</Fact>
      {choice.type !== 'refused' && (
        <Fact name={text.why.end}>{end ? (text.why.ends[end.why] ?? end.why) : text.why.living}</Fact>
      )}
      {end && <Fact name={text.why.lasted}>{format.duration(end.durationMs)}</Fact>}
      {end?.responseMs !== undefined && <Fact name={text.why.response}>{format.duration(end.responseMs)}</Fact>}
      {end && (
        <Fact name={text.why.bytes}>
          {format.bytes(end.bytes.in)}, {format.bytes(end.bytes.out)}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="figures">{children}</dd>
    </div>
  );
}

function Flows({ decision }: { decision: DecisionEntry }): VNode {
  const { text } = useWords();
  return (
    <section class="flow-pair">
      <h4>{text.why.flows}</h4>
      {decision.flows.map((flow, index) => (
        <figure key={flow.priority + index}>
          <figcaption class="quiet small">{isBack(decision, flow.match) ? text.why.back : text.why.forth}</figcaption>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys (WCAG 2.1.1) */}
          <pre tabIndex={0}>
            <FlowLine text={flowText(flow)} />
          </pre>
        </figure>
      ))}
    </section>
  );
}

function isBack({ server }: DecisionEntry, match: DecisionEntry['flows'][number]['match']): boolean {
  return match.ipv4Src === server.ip;
}
