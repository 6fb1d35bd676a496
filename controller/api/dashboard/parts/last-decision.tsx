import type { VNode } from 'preact';
import { endpointText } from '../../../core/endpoint.ts';
import type { Identity } from '../model/identity.ts';
import type { Choice } from '../model/journal.ts';
import { Mark } from './mark.tsx';
import { useWords } from './words.ts';

/** The last decision as a sentence, for those who see no motion, and for a class to read along. */
export function LastDecision({ choice, look }: { choice: Choice | undefined; look: Identity | undefined }): VNode {
  const { text, format } = useWords();
  return (
    <p class="last-decision">
      <span class="quiet">{text.stage.last}</span>
      {choice === undefined ? (
        <span>{text.stage.none}</span>
      ) : (
        <>
          <time class="mono" dateTime={choice.time}>
            {format.time(choice.time)}
          </time>
          <span class="mono">{choice.client.ip}</span>
          <span aria-hidden="true">→</span>
          <span class="mono">{endpointText(choice.vip)}</span>
          <span aria-hidden="true">→</span>
          {choice.type === 'refused' ? (
            <b>{text.stream.refused}</b>
          ) : (
            <b>
              {look && <Mark look={look} />} {choice.server.name}
            </b>
          )}
          {choice.type !== 'adopted' && <span class="quiet">{text.rule(choice.reason.rule)}</span>}
        </>
      )}
    </p>
  );
}
