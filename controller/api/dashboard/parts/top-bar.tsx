import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Preferences } from '../preferences.ts';
import { Icon } from './icon.tsx';
import { useStore } from './store-context.ts';
import { useWords } from './words.ts';

export const VIEWS = ['overview', 'network', 'connections', 'events', 'configuration'] as const;
export type ViewName = (typeof VIEWS)[number];

const THEME_ICON = { auto: 'auto', light: 'sun', dark: 'moon' } as const;

export interface TopBarProps {
  readonly view: ViewName;
  readonly preferences: Preferences;
  readonly onTheme: () => void;
  readonly onLanguage: () => void;
  readonly onLarge: () => void;
  readonly onHelp: () => void;
}

export function TopBar({ view, preferences, onTheme, onLanguage, onLarge, onHelp }: TopBarProps): VNode {
  const { text } = useWords();
  const theme = text.bar.theme[preferences.theme];
  const other = preferences.language === 'en' ? 'fr' : 'en';
  return (
    <header class="top-bar">
      <a class="brand" href="#overview">
        <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <path class="stem" d="M3 16h10" />
          <path class="hue-0" d="M13 16C19 16 18 7 28 7" />
          <path class="hue-1" d="M13 16h15" />
          <path class="hue-2" d="M13 16C19 16 18 25 28 25" />
          <circle cx="13" cy="16" r="3.6" />
        </svg>
        vipflow
      </a>
      <nav aria-label={text.bar.views}>
        {VIEWS.map(name => (
          <a key={name} href={`#${name}`} aria-current={name === view ? 'page' : undefined}>
            {text.views[name]}
          </a>
        ))}
      </nav>
      <span class="spring" />
      <Summary />
      <div class="switches">
        <button type="button" class="plain" lang={other} title={text.bar.otherLanguage} onClick={onLanguage}>
          {other.toUpperCase()} <span class="sr">{text.bar.otherLanguage}</span>
        </button>
        <button type="button" class="plain" aria-label={theme} title={theme} onClick={onTheme}>
          <Icon name={THEME_ICON[preferences.theme]} />
        </button>
        <button
          type="button"
          class="plain"
          aria-pressed={preferences.isLarge}
          aria-label={text.bar.large}
          title={text.bar.large}
          onClick={onLarge}
        >
          <Icon name="large" />
        </button>
        <button type="button" class="plain" aria-label={text.bar.help} title={text.bar.help} onClick={onHelp}>
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}

/** The state of the controller in one line. */
function Summary(): VNode {
  const { text, format } = useWords();
  const { snapshot, link, isReadOnly } = useStore();
  const { status, alerts } = snapshot;
  const isLive = link.is === 'live';
  const troubles = isLive ? alerts.length : 1;
  useEffect(() => {
    // visible in other tabs
    document.title = troubles === 0 ? 'vipflow' : `(${troubles}) vipflow`;
  }, [troubles]);
  // the status also counts closed connections whose flows are still installed
  const living = (snapshot.services ?? []).reduce((sum, { connections }) => sum + connections, 0);
  const word = isLive ? text.bar.live : link.is === 'connecting' ? text.bar.connecting : text.bar.away;
  return (
    <div class="vitals" role="group" aria-label={text.bar.state}>
      {status && isLive && (
        <>
          <Vital figure={format.count(status.switches)} word={text.bar.switches(status.switches)} />
          <Vital figure={format.count(living)} word={text.bar.connections(living)} />
          <Vital figure={format.rate(status.decisionsPerSecond)} word={text.bar.perSecond} />
        </>
      )}
      {isReadOnly && <span class="tag">{text.bar.readOnly}</span>}
      {isLive && (
        <a class={`alarm ${alerts.length > 0 ? 'is-raised' : ''}`} href="#events">
          <Icon name={alerts.length > 0 ? 'alert' : 'up'} /> {alerts.length > 0 ? text.bar.alerts(alerts.length) : text.bar.calm}
        </a>
      )}
      <span class={`link-state is-${link.is}`}>
        <i aria-hidden="true" /> {word}
      </span>
    </div>
  );
}

function Vital({ figure, word }: { figure: string; word: string }): VNode {
  return (
    <span class="vital">
      <b class="figures">{figure}</b> {word}
    </span>
  );
}
