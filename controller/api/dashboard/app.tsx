import type { VNode } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Filter, NO_FILTER } from './model/filter.ts';
import { firstFocus } from './model/topology.ts';
import { ActionsContext } from './parts/actions.ts';
import { Banners } from './parts/banner.tsx';
import { Configuration } from './parts/configuration.tsx';
import { Connections } from './parts/connections.tsx';
import { Events } from './parts/events.tsx';
import { Help } from './parts/help.tsx';
import { useKeys } from './parts/keys.ts';
import { Network } from './parts/network.tsx';
import { Notices } from './parts/notice.tsx';
import { useNotices } from './parts/notice-board.ts';
import { Overview } from './parts/overview.tsx';
import { StoreContext, useChanges, useStore } from './parts/store-context.ts';
import { TokenForm } from './parts/token-form.tsx';
import { TopBar, VIEWS, type ViewName } from './parts/top-bar.tsx';
import { useWords, WORDS, WordsContext } from './parts/words.ts';
import { keepPreferences, loadPreferences, type Preferences, wearPreferences } from './preferences.ts';
import type { Store } from './store.ts';

const NEXT_THEME = { auto: 'light', light: 'dark', dark: 'auto' } as const;

/** The whole page: what a reader of it prefers, then everything else. */
export function App({ store }: { store: Store }): VNode {
  const [preferences, setPreferences] = useState(loadPreferences);
  wearPreferences(preferences);
  const prefer = (change: Partial<Preferences>) => {
    const next = { ...preferences, ...change };
    keepPreferences(next);
    setPreferences(next);
  };
  return (
    <StoreContext.Provider value={store}>
      <WordsContext.Provider value={WORDS[preferences.language]}>
        <Page preferences={preferences} onPrefer={prefer} />
      </WordsContext.Provider>
    </StoreContext.Provider>
  );
}

function Page({ preferences, onPrefer }: { preferences: Preferences; onPrefer: (change: Partial<Preferences>) => void }): VNode {
  const store = useStore();
  useChanges(store);
  const { text } = useWords();
  const view = useView();
  const board = useNotices(store, text);
  const [chosen, setChosen] = useState<string | null>();
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [isPaused, setIsPaused] = useState(false);
  const [helps, setHelps] = useState(false);
  const pause = useCallback(() => setIsPaused(paused => !paused), []);
  const looks = {
    onTheme: () => onPrefer({ theme: NEXT_THEME[preferences.theme] }),
    onLanguage: () => onPrefer({ language: preferences.language === 'en' ? 'fr' : 'en' }),
    onLarge: () => onPrefer({ isLarge: !preferences.isLarge }),
    onHelp: () => setHelps(true),
  };
  useKeys({
    ...Object.fromEntries(VIEWS.map((name, index) => [String(index + 1), () => location.assign(`#${name}`)])),
    '/': () => document.getElementById('filter-client')?.focus(),
    p: pause,
    z: board.undoLast,
    b: looks.onLarge,
    t: looks.onTheme,
    l: looks.onLanguage,
    '?': looks.onHelp,
  });
  const focus = chosen === undefined ? firstFocus(store.snapshot.services ?? []) : (chosen ?? undefined);
  const onFocus = (service: string | undefined) => setChosen(service ?? null);
  const overview = { focus, onFocus, filter, onFilter: setFilter, isPaused, onPause: pause };
  return (
    <ActionsContext.Provider value={board.actions}>
      {/* biome-ignore lint/a11y/useValidAnchor: it goes to a place in this page; the address stays the view's */}
      <a class="skip" href="#content" onClick={skipToContent}>
        {text.skip}
      </a>
      <TopBar view={view} preferences={preferences} {...looks} />
      <Banners />
      <main id="content" tabIndex={-1}>
        {store.link.is === 'token' ? (
          <TokenForm wasRefused={store.link.refused} />
        ) : store.snapshot.services === undefined ? (
          <p class="loading quiet" role="status">
            {text.empty.loading}
          </p>
        ) : (
          <View name={view} overview={overview} />
        )}
      </main>
      <Notices notices={board.notices} onClose={board.close} />
      {helps && <Help onClose={() => setHelps(false)} />}
    </ActionsContext.Provider>
  );
}

function View({ name, overview }: { name: ViewName; overview: Parameters<typeof Overview>[0] }): VNode {
  switch (name) {
    case 'overview':
      return <Overview {...overview} />;
    case 'network':
      return <Network />;
    case 'connections':
      return <Connections />;
    case 'events':
      return <Events />;
    case 'configuration':
      return <Configuration />;
  }
}

/** The address says which view it is, so that one can be linked to, and gone back from. */
function useView(): ViewName {
  const read = () => VIEWS.find(name => name === location.hash.slice(1)) ?? 'overview';
  const [view, setView] = useState<ViewName>(read);
  useEffect(() => {
    const onHash = () => setView(read());
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);
  return view;
}

/** The address stays: it is the view's. */
function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
