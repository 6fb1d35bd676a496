import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

/** Trouble that concerns the whole page: the controller is away, a service has no server. */
export function Banners(): VNode {
  const { text } = useWords();
  const { link, snapshot } = useStore();
  const troubled = link.is === 'live' ? (snapshot.services ?? []).filter(({ state }) => state !== 'up') : [];
  return (
    <div class="banners" role="region" aria-live="polite" aria-label={text.bar.state}>
      {link.is === 'away' && <Away retryAt={link.retryAt} />}
      {troubled.map(({ name, state }) => (
        <div key={name} class={`banner is-${state}`}>
          <Icon name="alert" />
          <b>{state === 'down' ? text.empty.servers(name) : text.empty.panic(name)}</b>
          {state === 'down' && <span>{text.empty.serversDo}</span>}
        </div>
      ))}
    </div>
  );
}

function Away({ retryAt }: { retryAt: number }): VNode {
  const { text } = useWords();
  const store = useStore();
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <div class="banner is-away">
      <Icon name="alert" />
      <b>{text.away.title}</b>
      <span>{text.away.body}</span>
      <span class="figures" aria-live="off">
        {text.away.next(Math.max(0, Math.ceil((retryAt - now) / 1000)))}
      </span>
      <button type="button" onClick={() => store.retry()}>
        {text.away.now}
      </button>
    </div>
  );
}
