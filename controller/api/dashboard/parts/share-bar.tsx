import type { VNode } from 'preact';
import type { Identity } from '../model/identity.ts';
import type { Server } from '../model/snapshot.ts';
import { useWords } from './words.ts';

/** The share of new connections as a bar, and a mark where it is expected. */
export function ShareBar({ server, look }: { server: Server; look: Identity }): VNode {
  const { text, format } = useWords();
  const share = server.share ?? 0;
  const label = server.share === null ? '–' : format.percent(share);
  return (
    <div class="share" title={text.service.shareOf(label, format.percent(server.expectedShare))}>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="share-track" width="100" height="10" />
        <rect class={`share-fill hue-${look.hue}`} width={share * 100} height="10" />
        <rect class="share-mark" x={Math.min(98.5, Math.max(0, server.expectedShare * 100 - 0.75))} width="1.5" height="10" />
      </svg>
      <span class="figures">
        {label}
        <span class="sr"> {text.service.shareOf('', format.percent(server.expectedShare))}</span>
      </span>
    </div>
  );
}
