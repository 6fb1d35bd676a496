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
      <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="share-track" y="2" width="100" height="8" />
        <rect class={`share-fill hue-${look.hue}`} y="2" width={share * 100} height="8" />
        <path class="share-mark" d={`M${Math.min(99, Math.max(1, server.expectedShare * 100))} 0V12`} />
      </svg>
      <span class="figures">
        {label}
        <span class="sr"> {text.service.shareOf('', format.percent(server.expectedShare))}</span>
      </span>
    </div>
  );
}
