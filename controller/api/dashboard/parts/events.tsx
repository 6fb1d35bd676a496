import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { EventEntry } from '../../../core/events.ts';
import { eventText } from '../model/event-text.ts';
import { Icon } from './icon.tsx';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

const TONE_ICON = { good: 'up', bad: 'alert', warn: 'alert', plain: 'info' } as const;

/** Active alerts, then everything that happened beside connections. */
export function Events(): VNode {
  const { text, format } = useWords();
  const { journal, snapshot } = useStore();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = journal.events.filter(({ type }) => !hidden.has(type));
  const toggle = (kind: string) => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setHidden(next);
  };
  return (
    <div class="events">
      <section class="panel" aria-labelledby="alerts-title">
        <header class="panel-head">
          <h2 id="alerts-title">{text.events.alerts}</h2>
        </header>
        {snapshot.alerts.length === 0 ? (
          <p class="good">
            <Icon name="up" /> {text.empty.alerts}
          </p>
        ) : (
          <ul class="event-list">
            {snapshot.alerts.map(({ alert, subject, since, reason }) => (
              <li key={`${alert} ${subject}`} class="is-bad">
                <time dateTime={since}>{format.dateTime(since)}</time>
                <Icon name="alert" />
                <span>
                  <b>{subject}</b> {text.alerts[alert] ?? alert} <span class="quiet">{reason}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section class="panel" aria-labelledby="events-title">
        <header class="panel-head">
          <h1 id="events-title">{text.events.title}</h1>
          <span class="spring" />
          <div class="choices many" role="group" aria-label={text.events.show}>
            {Object.entries(text.events.kinds).map(([kind, name]) => (
              <button key={kind} type="button" aria-pressed={!hidden.has(kind)} onClick={() => toggle(kind)}>
                {!hidden.has(kind) && <Icon name="up" />}
                {name}
              </button>
            ))}
          </div>
        </header>
        {shown.length === 0 ? (
          <p class="quiet">{text.empty.events}</p>
        ) : (
          <ol class="event-list">
            {shown.map(line => (
              <Event key={`${line.time} ${line.seq}`} line={line} />
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

function Event({ line }: { line: EventEntry }): VNode {
  const { text, format } = useWords();
  const { subject, what, why, tone } = eventText(line, text);
  return (
    <li class={`is-${tone}`}>
      <time dateTime={line.time}>{format.dateTime(line.time)}</time>
      <Icon name={line.type === 'restored' ? 'undo' : TONE_ICON[tone]} />
      <span>
        {subject && <b>{subject}</b>} {what} <span class="quiet">{why}</span>
      </span>
    </li>
  );
}
