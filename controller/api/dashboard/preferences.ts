/** What a reader of the page chose, kept in the browser. */
export interface Preferences {
  readonly language: 'en' | 'fr';
  /** `auto` follows the system. */
  readonly theme: 'auto' | 'light' | 'dark';
  /** Large type, for a room. */
  readonly isLarge: boolean;
}

const KEY = 'vipflow.preferences';

export function loadPreferences(): Preferences {
  const own = navigator.languages.find(name => /^(en|fr)\b/i.test(name));
  const isAsked = new URLSearchParams(location.search).has('projector');
  const first: Preferences = { language: own?.toLowerCase().startsWith('fr') ? 'fr' : 'en', theme: 'auto', isLarge: false };
  const kept = { ...first, ...readKept() };
  return isAsked ? { ...kept, isLarge: true } : kept;
}

export function keepPreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // a browser that keeps nothing: the choice lasts as long as the page
  }
}

/** Puts the choice where the style sees it. */
export function wearPreferences({ language, theme, isLarge }: Preferences): void {
  const root = document.documentElement;
  root.lang = language;
  root.dataset.theme = theme;
  root.classList.toggle('large', isLarge);
}

function readKept(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>;
  } catch {
    return {};
  }
}
